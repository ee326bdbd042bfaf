// Child processes that try mutants. A mutant that loops or fills memory ends with its own process.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("child.mjs", import.meta.url));
/** Without a sign of life for so long, a child is in an endless loop. One vector takes a thousandth of it. */
const silenceMs = 5000;
const heapMb = 300;

const alive = new Set();

/** Ends all children at once. */
export function endChildren() {
  for (const child of alive) child.kill("SIGKILL");
}

/**
 * A child that answers one message after the other.
 *
 * @param initial the mutant to load the modules with, when it changes what runs while they load
 */
export function startChild(tree, initial) {
  const child = fork(script, initial === undefined ? [tree] : [tree, initial], {
    execArgv: [`--max-old-space-size=${heapMb}`],
    // Silent about its death; the fifth is the pulse.
    stdio: ["ignore", "ignore", "ignore", "ipc", "pipe"],
  });
  alive.add(child);
  child.on("exit", () => alive.delete(child));
  child.on("error", () => undefined);
  child.stdio[4].on("error", () => undefined);

  /** The next message; undefined when the child died or fell silent, in which case it is killed. */
  const answer = () =>
    new Promise((resolve) => {
      let timer = setTimeout(kill, silenceMs);
      const onPulse = () => {
        clearTimeout(timer);
        timer = setTimeout(kill, silenceMs);
      };
      const settle = (message) => {
        clearTimeout(timer);
        child.off("message", settle).off("exit", onExit);
        child.stdio[4].off("data", onPulse);
        resolve(message);
      };
      const onExit = () => settle(undefined);
      function kill() {
        child.kill("SIGKILL");
      }
      child.stdio[4].on("data", onPulse);
      child.on("message", settle).on("exit", onExit);
    });

  const ready = answer();
  return {
    async ask(message) {
      if ((await ready) === undefined || !child.connected) return undefined;
      const answered = answer();
      child.send(message);
      return answered;
    },
    /** Of a child that has ended by itself, else null. */
    exitCode: () => child.exitCode,
    end() {
      child.kill("SIGKILL");
    },
  };
}
