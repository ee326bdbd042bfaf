import type { UsageRecorder } from "@rolecall/access";
import type { Store } from "@rolecall/store-contract";

/** A crash loses the uses of this long at most: when keys and roles were last used, nothing that decides. */
const intervalMs = 60_000;

/**
 * Writes what the road noted of its callers, from time to time and when the returned function is called, which is
 * the end of it.
 */
export function keepUsage(
  usage: UsageRecorder,
  store: Store,
  onFailure: (error: unknown) => void,
): { flush(): Promise<void>; stop(): Promise<void> } {
  const flush = async (): Promise<void> => {
    try {
      const { dropped } = await usage.flush(store);
      if (dropped > 0)
        onFailure(new Error(`${dropped} uses of keys and roles were not noted: too many at once`));
    } catch (error) {
      onFailure(error);
    }
  };
  const timer = setInterval(() => void flush(), intervalMs);
  timer.unref();
  return {
    flush,
    stop() {
      clearInterval(timer);
      return flush();
    },
  };
}
