import { type AwsError, type ServiceModel, type Shape, ValidationError } from "@rolecall/model";
import { brokenConstraints, constraintClause, constraintKinds } from "./constraints.ts";

/**
 * How each service spells a violation. Observed in 2025 and 2026: STS shows the value, IAM's newer form leaves it out,
 * and ends the clauses of a key of `tagKeys` with one more. That all of IAM has gone over to the newer form is inferred.
 */
const spelling: Readonly<
  Record<ServiceModel["id"], { readonly showsValue: boolean; readonly keysMustBe: boolean }>
> = {
  iam: { showsValue: false, keysMustBe: true },
  sts: { showsValue: true, keysMustBe: false },
};

/** The member whose enum is refused without telling its set. Recorded: IAM tells that of `encoding`. */
const setNotShown: Partial<Record<ServiceModel["id"], string>> = { iam: "status" };

const nameRule = "It must contain only alphanumeric characters and/or the following: +=,.@_-";
const pathRule = "It must begin and end with / and contain only alphanumeric characters and/or / characters.";

/**
 * IAM's own sentences about names and paths, by pattern. They come from a check of their own: such a sentence is the
 * whole message, also of a value whose length is wrong, and only when no other member is.
 */
const iamRules: ReadonlyMap<string, string> = new Map([
  ["[\\w+=,.@-]+", nameRule],
  ["(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", pathRule],
  ["((/[A-Za-z0-9\\.,\\+@=_-]+)*)/", pathRule],
]);

/** The same by member, where members with one sentence differ in pattern or share theirs with others. */
const iamRulesOfMembers: ReadonlyMap<string, string> = new Map([
  ["accessKeyId", "It must contain only alphanumeric characters."],
  ["policyDocument", "It must contain only printable ASCII characters."],
  [
    "pathPrefix",
    "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
  ],
]);

// A request of four thousand bad tags is answered with a page of clauses, not with a megabyte.
const maxClauses = 100;
const maxShownValue = 1024;
const notNull = "Member must not be null";

/** The constraints that one request breaks, collected so that one error names them all. */
export class Violations {
  readonly #service: ServiceModel["id"];
  readonly #clauses: string[] = [];
  #ownSentence: string | undefined;

  constructor(service: ServiceModel["id"]) {
    this.#service = service;
  }

  /** @param path  `tags.1.member.key` */
  missing(path: string): void {
    this.#add(spelling[this.#service].showsValue ? " null" : "", path, notNull);
  }

  /** Adds what is wrong with a value of that shape; for a list of plain values, its items included. */
  check(shape: Shape, value: unknown, path: string): void {
    const { keysMustBe } = spelling[this.#service];
    const broken = brokenConstraints(shape, value);
    if (this.#service === "iam" && broken.includes("pattern") && this.#tellOwnSentence(shape, path)) return;
    for (const kind of broken) {
      const clause =
        kind === "enum" && path === setNotShown[this.#service]
          ? "Member must satisfy enum value set"
          : constraintClause(shape, kind);
      this.#add(this.#shown(shape, value), path, clause);
    }
    if (shape.type !== "list") return;
    const { member } = shape;
    if ((value as readonly unknown[]).some((item) => brokenConstraints(member, item).length > 0)) {
      const clauses = constraintKinds(member).map((kind) => constraintClause(member, kind));
      if (keysMustBe && path === "tagKeys") clauses.push(notNull);
      this.#add(this.#shown(shape, value), path, `Member must satisfy constraint: [${clauses.join(", ")}]`);
    }
  }

  /** The one error for all of them; undefined when there are none. */
  error(): AwsError | undefined {
    const count = this.#clauses.length;
    if (count === 0) return this.#ownSentence === undefined ? undefined : ValidationError(this.#ownSentence);
    const found = count === 1 ? "1 validation error detected" : `${count} validation errors detected`;
    return ValidationError(`${found}: ${this.#clauses.join("; ")}`);
  }

  #add(shownValue: string, path: string, clause: string): void {
    if (this.#clauses.length >= maxClauses) return;
    this.#clauses.push(`Value${shownValue} at '${path}' failed to satisfy constraint: ${clause}`);
  }

  #tellOwnSentence(shape: Shape, path: string): boolean {
    if (shape.type !== "string") return false;
    const rule = iamRulesOfMembers.get(path) ?? iamRules.get(shape.pattern?.source ?? "");
    if (rule === undefined) return false;
    this.#ownSentence ??= `The specified value for ${path} is invalid. ${rule}`;
    return true;
  }

  /** ` 'the value'`, or nothing: of a secret, of a list of structures, of a service that shows none. */
  #shown(shape: Shape, value: unknown): string {
    if (!spelling[this.#service].showsValue || isSecret(shape)) return "";
    if (!Array.isArray(value)) return ` '${cut(String(value))}'`;
    return value.every((item) => typeof item !== "object") ? ` '${cut(`[${value.join(", ")}]`)}'` : "";
  }
}

function isSecret(shape: Shape): boolean {
  return "isSensitive" in shape || (shape.type === "list" && isSecret(shape.member));
}

function cut(text: string): string {
  return text.length > maxShownValue ? `${text.slice(0, maxShownValue)}…` : text;
}
