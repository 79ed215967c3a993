export {
  flag,
  list,
  port,
  readSettings,
  setting,
  settingsWith,
  type Setting,
  type SettingProblem,
  type Settings,
  type SettingsResult,
  type SettingsValues,
} from './settings.js';
export { processSettings, SERVICE_NAMES, type ProcessSettings, type ServiceName } from './process-settings.js';
export { systemSource, type Source } from './source.js';
