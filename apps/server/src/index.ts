export { closest } from "./closest.ts";
export { credentialsPath, writeProfile } from "./first-start.ts";
export {
  environmentName,
  fromEnvironment,
  fromFile,
  parseDuration,
  resolveSettings,
  SettingsProblem,
  settingRows,
} from "./settings.ts";
export type { Given, SettingName, Settings, UpstreamSetting } from "./settings.ts";
export { startServer } from "./start.ts";
export type { Log, RunningServer } from "./start.ts";
