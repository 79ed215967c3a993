import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SERVICE_NAMES } from '@weir/config';
import { createMeshCertificates } from '@weir/grpc';

/** Fills the folder that WEIR_TLS_DIR names with certificates for every service, unless it holds some. */
export async function ensureCertificates(directory: string): Promise<void> {
  const present = await access(join(directory, 'ca.pem')).then(
    () => true,
    () => false,
  );
  if (present) return;
  const partial = `${directory}.partial-${process.pid}`;
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(partial, { mode: 0o700 });
  await createMeshCertificates(partial, [...SERVICE_NAMES, 'operator']);
  await rm(directory, { recursive: true, force: true });
  await rename(partial, directory);
}
