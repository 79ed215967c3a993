/** Tokens of what every process injects: `@Inject(LOGGER) logger: Logger` and so on. */
export const LOGGER = Symbol('weir.logger');
/** A `Source` of @weir/config. */
export const SOURCE = Symbol('weir.source');
/** `ProcessSettings` of @weir/config. */
export const PROCESS_SETTINGS = Symbol('weir.process-settings');
/** Environment that services read their own settings from; undefined = that of the operating system. */
export const SERVICE_ENVIRONMENT = Symbol('weir.service-environment');
/** An `OpenResources`. */
export const OPEN_RESOURCES = Symbol('weir.open-resources');
