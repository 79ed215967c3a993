export interface BannerFacts {
  readonly httpUrl: string;
  readonly grpcAddress: string;
  readonly keys: string;
  readonly route: string;
  readonly logs: string;
  /** Folder of the certificates, when the gRPC doors speak TLS. */
  readonly tls?: string;
}

/** What a user copies first. The keys themselves are not shown: terminals are recorded. */
export function banner({ httpUrl, grpcAddress, keys, route, logs, tls }: BannerFacts): string {
  const key = `$(cat ${keys}/demo)`;
  const chat = { model: route, messages: [{ role: 'user', content: 'Why is the sky blue?' }] };
  const overHttp = JSON.stringify({ ...chat, stream: true });
  const overGrpc = JSON.stringify({ input: chat });
  return `
  Weir is running. Ctrl-C stops it.

  HTTP   ${httpUrl}/v1
  gRPC   ${grpcAddress}
  keys   ${keys}/admin  ${keys}/demo
  logs   ${logs}

  curl -N ${httpUrl}/v1/chat/completions -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '${overHttp}'

  grpcurl ${tls ? `-cacert ${tls}/ca.pem` : '-plaintext'} -H "authorization: Bearer ${key}" -d '${overGrpc}' ${grpcAddress} weir.inference.v1.InferenceService/ChatStream

`;
}
