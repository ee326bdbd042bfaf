import type { Operation } from "@rolecall/pipeline";

/** Where an operation of the installation is found. */
export interface Route {
  method: string;
  path: RegExp;
  operation: Operation;
}
