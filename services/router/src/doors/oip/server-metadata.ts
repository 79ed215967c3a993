/** What the server says of itself in the Open Inference Protocol. */
export const SERVER = {
  name: 'weir',
  version: '0.1.0',
  extensions: ['model_repository', 'binary_tensor_data', 'generate'],
} as const;
