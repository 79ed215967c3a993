import { processSettings } from '@weir/config';

const {
  home,
  host,
  httpPort,
  grpcPort,
  kafkaBrokers,
  topicPrefix,
  topicReplication,
  tlsDirectory,
  meshSecret,
  registryAddr,
  routerAddr,
  guardrailsAddr,
  inferenceAddr,
  billingAddr,
  evaluatorAddr,
  monitorAddr,
} = processSettings;

/** The variables that tell the command where an installation is; the same ones that its processes read. */
export const cliSettings = {
  home,
  host,
  httpPort,
  grpcPort,
  kafkaBrokers,
  topicPrefix,
  topicReplication,
  tlsDirectory,
  // Only the operator has it, and only a few commands need it.
  meshSecret: { ...meshSecret, schema: meshSecret.schema.default('') },
  registryAddr,
  routerAddr,
  guardrailsAddr,
  inferenceAddr,
  billingAddr,
  evaluatorAddr,
  monitorAddr,
};
