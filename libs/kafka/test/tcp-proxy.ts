import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy in front of one broker. Brokers tell clients their own address; the proxy puts its own port there, so that
 * clients stay behind it.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];
  readonly #broker: { readonly host: string; readonly port: number };
  #mode: 'open' | 'cut' | 'silent' = 'open';
  /** Added to every piece in either direction. */
  delayMs = 0;

  private constructor(broker: { readonly host: string; readonly port: number }) {
    this.#broker = broker;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(broker: string): Promise<TcpProxy> {
    const [host = '', port = ''] = broker.split(':');
    const proxy = new TcpProxy({ host, port: Number(port) });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks all connections and refuses new ones. */
  cut(): void {
    this.#mode = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Keeps connections and says nothing, as a broker that hangs. */
  silence(): void {
    this.#mode = 'silent';
  }

  open(): void {
    this.#mode = 'open';
    for (const flush of this.#held.splice(0)) flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    if (this.#mode === 'cut') return void client.destroy();
    const broker = connect(this.#broker);
    this.#pipe(client, broker, (bytes) => bytes);
    this.#pipe(broker, client, (bytes) => this.#rewrite(bytes));
  }

  #pipe(from: Socket, to: Socket, change: (bytes: Buffer) => Buffer): void {
    this.#sockets.add(from);
    from.on('data', (bytes: Buffer) => {
      if (this.#mode === 'open' && this.delayMs > 0)
        return void setTimeout(() => to.write(change(bytes)), this.delayMs);
      if (this.#mode === 'open') return void to.write(change(bytes));
      this.#held.push(() => to.write(change(bytes)));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  #rewrite(bytes: Buffer): Buffer {
    const address = (port: number) => {
      const { host } = this.#broker;
      const encoded = Buffer.alloc(host.length + 4);
      encoded.write(host);
      encoded.writeInt32BE(port, host.length);
      return encoded;
    };
    const own = address((this.#server.address() as AddressInfo).port);
    const theirs = address(this.#broker.port);
    for (let at = bytes.indexOf(theirs); at !== -1; at = bytes.indexOf(theirs, at)) own.copy(bytes, at);
    return bytes;
  }
}
