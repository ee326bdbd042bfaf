/** What the server lets its administrators do with keys that are not in the store. */
export interface KeyControls {
  /** Master keys that are in use; more than one while one is replaced. */
  masterKeyCount(): number;
  /** Makes a new master key, and begins to seal everything under it. Undefined when the key is given from outside. */
  rotateMaster: (() => void) | undefined;
}
