import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { PeriodicTask } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { INFERENCE_SETTINGS, type InferenceSettings } from '../inference.config.js';
import { inferenceMetrics } from '../inference.metrics.js';
import { findDevices } from './device-inventory.client.js';
import type { Device, Placement } from './device.js';
import { place } from './place.js';

const MIB = 1_048_576;

/** What the engines of this process can run on, and which of them runs where. */
@Injectable()
export class DevicesService implements OnModuleInit, OnApplicationShutdown {
  private readonly metrics: Bound<typeof inferenceMetrics>;
  private readonly placements = new Map<string, Placement>();
  /** Placed, and not yet seen in the memory of the device. */
  private readonly loading = new Set<string>();
  private readonly watch: PeriodicTask;

  constructor(
    @Inject(INFERENCE_SETTINGS) private readonly settings: InferenceSettings,
    @Inject(LOGGER) logger: Logger,
    metrics: Metrics,
  ) {
    this.metrics = metrics.bind(inferenceMetrics);
    const intervalMs = settings.deviceWatchSeconds * 1_000;
    const turn = async () => this.measure(await findDevices());
    this.watch = new PeriodicTask({ name: 'device watch', intervalMs, turn, logger });
  }

  onModuleInit(): void {
    this.watch.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }

  async list(): Promise<{ readonly device: Device; readonly placements: readonly Placement[] }[]> {
    const devices = await findDevices();
    const placements = [...this.placements.values()];
    return devices.map((device) => ({ device, placements: placements.filter((one) => one.device === device.id) }));
  }

  /**
   * Finds room for a model and keeps it until `release`.
   * @throws WeirError `insufficient_memory` with the numbers
   */
  async place(deploymentId: string, estimatedBytes: number): Promise<Placement> {
    this.release(deploymentId);
    const devices = await findDevices();
    const loading = [...this.placements.values()].filter((one) => this.loading.has(one.deploymentId));
    const placement = place(
      {
        deploymentId,
        estimatedBytes,
        reserveBytes: this.settings.memoryReserveMb * MIB,
        accelerators: this.settings.gpu === 'auto',
      },
      devices,
      loading,
    );
    this.placements.set(deploymentId, placement);
    this.loading.add(deploymentId);
    return placement;
  }

  /**
   * The model is in the memory of its device, where the driver sees it from now on. An engine without a build for the
   * accelerator runs on the processor instead.
   */
  loaded(deploymentId: string, device: string): void {
    this.loading.delete(deploymentId);
    const placed = this.placements.get(deploymentId);
    if (placed && device === 'cpu') this.placements.set(deploymentId, { ...placed, device });
  }

  release(deploymentId: string): void {
    this.placements.delete(deploymentId);
    this.loading.delete(deploymentId);
  }

  private measure(devices: readonly Device[]): void {
    for (const device of devices) {
      const labels = { device: device.id };
      this.metrics.deviceMemoryTotal.set(labels, device.memoryTotalBytes);
      this.metrics.deviceMemoryFree.set(labels, device.memoryFreeBytes);
      if (device.utilization !== undefined) this.metrics.deviceUtilization.set(labels, device.utilization);
      if (device.powerWatts !== undefined) this.metrics.devicePower.set(labels, device.powerWatts);
    }
  }
}
