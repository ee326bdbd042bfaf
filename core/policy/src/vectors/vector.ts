// The form of vectors/policy/*.json: plain data that any implementation can use. Each file is a list of vectors.
import type { PolicyType } from "../compile/policy-ref.ts";
import type { PolicyKind } from "../parse/policy.ts";
import type { ContextValue } from "../request/context.ts";

export type Vector = VectorBase &
  (DecisionVector | SeveralChecksVector | ConditionVector | PatternVector | DocumentVector | SentenceVector | ExplanationVector);

interface VectorBase {
  readonly name: string;
  /** The page it came from; `observed`, or `our own` where there is no service to hold it against. */
  readonly source: string;
  /** The row, case or trap of the pages that it stands for, where a test asks that none is without one. */
  readonly pins?: string;
  /** A known difference from AWS: the reason why the vector is not checked. */
  readonly skip?: string;
}

/** Whole documents, or bare statements of version 2012-10-17. */
type Documents = readonly Readonly<Record<string, unknown>>[];

export interface RequestData {
  /**
   * An ARN, a service principal, `anonymous`, or an object with the ARN and what it does not tell: `roleArn` when the role
   * has a path, `uniqueId`, `issuer` ("user" or "root") and `userArn` of a federated user, `federated` (a provider)
   * instead of an ARN.
   */
  readonly principal: string | Readonly<Record<string, unknown>>;
  readonly action: string;
  readonly resource: string;
  /** The account of the resource; the caller's when left out. */
  readonly account?: string;
  readonly kind?: "trust" | "kms-key";
  readonly context?: ContextData;
}

/** Null is a key of which it is not known whether it is present nor what it holds. */
type ContextData = Readonly<Record<string, ContextValue | null>>;

export interface PoliciesData {
  readonly identity?: Documents;
  readonly boundary?: Documents;
  readonly session?: Documents;
  readonly resource?: Documents;
  /** Principal ARN in the resource policy -> unique id it was bound to on save. */
  readonly principalIds?: Readonly<Record<string, string>>;
  readonly endpoint?: Documents;
  /** One list per level. */
  readonly scp?: readonly Documents[];
  readonly rcp?: readonly Documents[];
}

export interface DecisionVector {
  readonly request: RequestData;
  readonly policies: PoliciesData;
  /** What is left out is not compared. `statement`: Sid of the deciding statement. */
  readonly expect: {
    readonly effect: "Allow" | "Deny";
    readonly kind?: "explicit" | "implicit";
    readonly layer?: PolicyType;
    readonly lacking?: readonly PolicyType[];
    readonly statement?: string;
  };
}

/** An API call that is several authorization checks: all must pass. */
export interface SeveralChecksVector {
  readonly checks: readonly DecisionVector[];
  readonly allowed: boolean;
}

/** A Condition block, tried in an Allow and in a Deny: `error` and `unknown` do not allow and deny. */
export interface ConditionVector {
  readonly condition: Readonly<Record<string, unknown>>;
  /** Default 2012-10-17. */
  readonly version?: string;
  readonly context: ContextData;
  readonly holds: boolean | "error" | "unknown";
}

/** One Resource or Action element against one request. */
export interface PatternVector {
  readonly element: "Resource" | "NotResource" | "Action" | "NotAction";
  readonly pattern: string | readonly string[];
  readonly version?: string;
  readonly text: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
  readonly matches: boolean;
}

/** A document as an API that saves it gets it. */
export interface DocumentVector {
  readonly document: unknown;
  /** The text itself, where it is not what a JSON printer would write. */
  readonly text?: string;
  readonly as: PolicyKind;
  readonly options?: Readonly<Record<string, unknown>>;
  /** `accepted`, or the first problem. */
  readonly result: "accepted" | { readonly message?: string; readonly code?: string; readonly path?: string; readonly line?: number; readonly column?: number };
}

export interface SentenceVector {
  readonly sentence: string;
  readonly denial: Readonly<Record<string, unknown>>;
}

/** As a decision, with what the explanation must say besides. */
export interface ExplanationVector {
  readonly request: RequestData;
  readonly policies: PoliciesData;
  readonly explains: {
    readonly blockers: readonly PolicyType[];
    /** Outcome per layer. */
    readonly layers: Readonly<Record<string, string>>;
    /** What each level of SCPs or RCPs said. */
    readonly levels?: Readonly<Record<string, readonly string[]>>;
    /** Sids of the statements that applied, by layer. */
    readonly matched?: Readonly<Record<string, readonly string[]>>;
    /** The nearest miss of the first layer that has one. */
    readonly nearest?: Readonly<Record<string, unknown>>;
  };
}
