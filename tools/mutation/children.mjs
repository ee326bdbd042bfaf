// Child processes that try mutants. A mutant that loops or fills memory ends with its own process.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("child.mjs", import.meta.url));
/** A child that works so long without a sign of life is in an endless loop. One vector takes a thousandth of it. */
const silenceMs = 3000;
/** The same on the clock, which runs on while a busy machine does other things. */
const patienceMs = 60_000;
const heapMb = 300;

const alive = new Set();

/** Ends all children at once. */
export function endChildren() {
  for (const child of alive) child.kill("SIGKILL");
}

/** What the process has worked so far; where there is no such file, what the clock says. */
function workedMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return performance.now();
  }
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
      let since;
      const onPulse = () => {
        since = { clock: performance.now(), worked: workedMs(child.pid) };
      };
      onPulse();
      const timer = setInterval(() => {
        const isStuck = workedMs(child.pid) - since.worked > silenceMs;
        if (isStuck || performance.now() - since.clock > patienceMs) child.kill("SIGKILL");
      }, silenceMs / 2);
      const settle = (message) => {
        clearInterval(timer);
        child.off("message", settle).off("exit", onExit);
        child.stdio[4].off("data", onPulse);
        resolve(message);
      };
      const onExit = () => settle(undefined);
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
