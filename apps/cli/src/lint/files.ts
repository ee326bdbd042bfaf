import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { guessKind } from "@rolecall/lint";
import type { LintKind } from "@rolecall/lint";
import { CliProblem } from "../problem.ts";
import type { LintSubject } from "./subject.ts";

const maxFileBytes = 1_048_576;
/** Folders that hold other people's files. */
const skipped: readonly string[] = ["node_modules", "dist", "vendor"];

/** Kinds that a document's content does not tell, by words in the file's name. */
const nameHints: readonly (readonly [RegExp, LintKind])[] = [
  [/(^|[^a-z])scps?([^a-z]|$)/i, "scp"],
  [/(^|[^a-z])rcps?([^a-z]|$)/i, "rcp"],
  [/trust|assume-?role/i, "trust"],
];

/**
 * The policy documents at a path: the file, or every `.json` file in a directory that looks like a policy. `-` is
 * standard input.
 *
 * @param kind what they are; by name and content when left out
 */
export function subjectsAt(path: string, kind: LintKind | undefined): LintSubject[] {
  if (path === "-" || !statOf(path).isDirectory()) {
    const text = readText(path === "-" ? 0 : path);
    return [subject(path === "-" ? "standard input" : path, text, kind ?? guessOf(path, text))];
  }
  return [...jsonFiles(path)].flatMap((file) => {
    const text = readText(file);
    const guess = guessKind(text);
    if (guess === undefined) return [];
    return [subject(file, text, kind ?? hintOf(file) ?? (guess === "unreadable" ? "identity" : guess))];
  });
}

const subject = (name: string, text: string, kind: LintKind): LintSubject => ({ name, text, kind });

function hintOf(path: string): LintKind | undefined {
  const name = basename(path);
  return nameHints.find(([pattern]) => pattern.test(name))?.[1];
}

/** What is named on the command line is checked whatever it is: that it is no policy is said by the findings. */
function guessOf(path: string, text: string): LintKind {
  const guess = guessKind(text);
  return hintOf(path) ?? (guess === undefined || guess === "unreadable" ? "identity" : guess);
}

function readText(path: string | 0): string {
  try {
    return decoded(readFileSync(path));
  } catch (error) {
    throw unreadable(String(path), error);
  }
}

/** UTF-8, or what the mark at the start says: PowerShell writes UTF-16, and a policy in it must not be passed over. */
function decoded(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString("hex");
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) =>
  new CliProblem(
    `${path} cannot be read: ${(error as Error).message}`,
    "Name a JSON policy document, a directory, or an ARN.",
  );

/** In the order of their names; links are not followed. */
function* jsonFiles(directory: string): Iterable<string> {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && !skipped.includes(entry.name)) yield* jsonFiles(path);
    } else if (entry.isFile() && entry.name.endsWith(".json") && statSync(path).size <= maxFileBytes)
      yield path;
  }
}
