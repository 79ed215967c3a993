/** Where the front door is: as configured, at this process when it serves it, or at the usual port of this machine. */
export function frontDoorUrl(facts: {
  readonly configured: string;
  readonly servesRouter: boolean;
  /** `server.address()` of this process's HTTP server. */
  readonly listening: unknown;
  readonly httpPort: number;
}): string {
  if (facts.configured) return facts.configured.replace(/\/+$/, '');
  const port = facts.servesRouter ? (portOf(facts.listening) ?? facts.httpPort) : facts.httpPort;
  return `http://127.0.0.1:${port}`;
}

function portOf(address: unknown): number | undefined {
  if (typeof address !== 'object' || address === null || !('port' in address)) return undefined;
  return typeof address.port === 'number' ? address.port : undefined;
}
