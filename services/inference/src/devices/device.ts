/** Something that models run on. */
export interface Device {
  /** `cpu`, `cuda:0`, `vulkan:0`, `metal:0` */
  readonly id: string;
  readonly kind: 'cpu' | 'cuda' | 'vulkan' | 'metal';
  readonly name: string;
  readonly memoryTotalBytes: number;
  readonly memoryFreeBytes: number;
  /** Share of the time that it computes, 0 to 1; undefined where nobody tells. */
  readonly utilization: number | undefined;
  readonly powerWatts: number | undefined;
}

/** A model that was given to a device. */
export interface Placement {
  readonly deploymentId: string;
  readonly device: Device['id'];
  readonly estimatedBytes: number;
}
