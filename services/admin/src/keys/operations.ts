import type { Route } from "../route.ts";
import type { KeyControls } from "./key-controls.ts";
import { listKeys, rotateKeys } from "./keys.ts";

export const keyRoutes = (controls: KeyControls): readonly Route[] => [
  { method: "GET", path: /^\/_rolecall\/keys$/, operation: listKeys(controls) },
  { method: "POST", path: /^\/_rolecall\/keys\/rotate$/, operation: rotateKeys(controls) },
];
