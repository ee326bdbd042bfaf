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
export { createLog } from "./logger.ts";
export type { Log } from "./logger.ts";
export { startServer } from "./start.ts";
export { startWorker, startWorkers, workerNumber } from "./workers.ts";
export type { RunningServer } from "./start.ts";
export { backupTo, exportTo, importAws, importFrom } from "./transfer.ts";
export type { ImportedInstallation } from "./transfer.ts";
