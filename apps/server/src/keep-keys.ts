import { resealSecrets } from "@rolecall/access";
import type { KeyRing } from "@rolecall/access";
import type { KeyControls } from "@rolecall/admin";
import type { Random } from "@rolecall/identifiers";
import type { Store } from "@rolecall/store-contract";
import type { MasterKeys } from "./master-key.ts";

/**
 * How soon a process hears of a token key that another one made, even if it meets no token of it and the store tells it
 * nothing.
 */
const refreshMs = 30_000;
/** Requests that began before the new master key was first have ended by then. */
const settleMs = 60_000;

export interface KeyKeeperOptions {
  store: Store;
  keyRing: KeyRing;
  masterKeys: MasterKeys;
  random: Random;
  /** Told when secrets were sealed anew, and when this process needs no master key but the first. */
  onProgress: (message: string, facts: Record<string, unknown>) => void;
  onFailure: (error: unknown) => void;
  settleMs?: number;
}

export interface KeyKeeper extends KeyControls {
  stop(): Promise<void>;
}

/**
 * Keeps this process's keys in step with the store, and brings a replacement of the master key to its end: all secrets
 * are sealed anew in the background, and the older keys are forgotten when a whole pass, begun when no request of
 * before was running any more, found nothing left. Keys that other processes have too are kept: one of those may seal
 * under any of them.
 */
export function keepKeys(options: KeyKeeperOptions): KeyKeeper {
  const { store, keyRing, masterKeys, random, onProgress, onFailure } = options;
  const state = { stopped: false };
  let wake: (() => void) | undefined;
  let resealing: Promise<void> = Promise.resolve();

  const refresh = (): void => void store.read((tx) => keyRing.refresh(tx)).catch(onFailure);
  const timer = setInterval(refresh, refreshMs);
  timer.unref();
  const stopHearing = store.onChange?.((changed) => {
    if (changed.has("keys")) refresh();
  });

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const waiting = setTimeout(resolve, ms);
      waiting.unref();
      wake = () => {
        clearTimeout(waiting);
        resolve();
      };
    });

  async function reseal(): Promise<void> {
    while (!state.stopped && masterKeys.keys.length > 1) {
      const { keys } = masterKeys;
      const [first] = keys;
      const secrets = await resealSecrets(store, keys, random);
      onProgress("sealed secrets under the new master key", { secrets });
      await pause(options.settleMs ?? settleMs);
      if (state.stopped || (await resealSecrets(store, keys, random)) > 0 || keys[0] !== first) continue;
      if (!masterKeys.retireOlder) {
        onProgress("every secret is sealed under the first master key", {});
        return;
      }
      masterKeys.retireOlder();
      onProgress("older master keys are not needed any more", {});
    }
  }
  const begin = (): void => {
    resealing = resealing.then(reseal).catch(onFailure);
  };
  begin();

  return {
    masterKeyCount: () => masterKeys.keys.length,
    rotateMaster:
      masterKeys.rotate &&
      (() => {
        masterKeys.rotate?.();
        begin();
      }),
    async stop() {
      state.stopped = true;
      clearInterval(timer);
      stopHearing?.();
      wake?.();
      await resealing;
    },
  };
}
