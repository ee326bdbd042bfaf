import { bindPolicy, compileDocument, parsePolicy } from "@rolecall/policy";
import type { CompiledDocument, CompiledPolicy, PolicyKind, PolicyRef } from "@rolecall/policy";

/**
 * Policies as the evaluator wants them, kept by their text: a text always means the same, so nothing here is
 * ever out of date, and a thousand roles with one policy share it. The oldest entry goes when it is full.
 */
export interface PolicyCache {
  compiled(
    text: string,
    kind: PolicyKind,
    ref: PolicyRef,
    principalIds?: Readonly<Record<string, string>>,
  ): CompiledPolicy;
  /** Counts since the start. */
  stats(): PolicyCacheStats;
}

export interface PolicyCacheStats {
  entries: number;
  /** Characters of the documents that are kept. */
  characters: number;
  hits: number;
  misses: number;
  evictions: number;
}

interface Kept {
  readonly document: CompiledDocument;
  /** In the place where it was asked for last: that is often the next one. */
  bound: CompiledPolicy | undefined;
}

/** Documents of one kind by their text: a text that is the same string each time (AWS's policies) is hashed once only. */
type Documents = Map<string, Kept>;

/**
 * @param maxEntries documents
 * @param maxCharacters of all documents together: a few huge ones must not cost what thousands may
 */
export function createPolicyCache(maxEntries = 10_000, maxCharacters = 8_000_000): PolicyCache {
  const kinds = new Map<PolicyKind, Documents>();
  const total: PolicyCacheStats = { entries: 0, characters: 0, hits: 0, misses: 0, evictions: 0 };

  function documentsOf(kind: PolicyKind): Documents {
    let documents = kinds.get(kind);
    if (!documents) kinds.set(kind, (documents = new Map()));
    return documents;
  }

  /** The oldest of the kind that has most. */
  function evict(): void {
    const [largest] = [...kinds.values()].toSorted((a, b) => b.size - a.size);
    const oldest = largest?.keys().next();
    if (!largest || !oldest || oldest.done) return;
    largest.delete(oldest.value);
    total.entries--;
    total.characters -= oldest.value.length;
    total.evictions++;
  }

  function kept(text: string, kind: PolicyKind): Kept {
    const documents = documentsOf(kind);
    const known = documents.get(text);
    if (known) {
      total.hits++;
      documents.delete(text);
      documents.set(text, known);
      return known;
    }
    total.misses++;
    const result = parsePolicy(text, kind, { isStored: true });
    // Fail closed: every stored document was checked when it was saved, so this is a damaged store.
    if (!result.ok)
      throw new Error(`a stored ${kind} policy no longer parses: ${result.problems[0]?.message}`);
    const made: Kept = { document: compileDocument(result.policy), bound: undefined };
    documents.set(text, made);
    total.entries++;
    total.characters += text.length;
    while (total.entries > 1 && (total.entries > maxEntries || total.characters > maxCharacters)) evict();
    return made;
  }

  return {
    compiled(text, kind, ref, principalIds) {
      const one = kept(text, kind);
      const { bound } = one;
      if (bound && isSameRef(bound.ref, ref) && areSameIds(bound.principalIds, principalIds)) return bound;
      const ids = principalIds && new Map(Object.entries(principalIds));
      return (one.bound = bindPolicy(one.document, ref, ids ? { principalIds: ids } : {}));
    },
    stats: () => ({ ...total }),
  };
}

/** Whether decisions name the policy alike. */
export function isSameRef(one: PolicyRef, other: PolicyRef): boolean {
  return (
    one.type === other.type &&
    one.arn === other.arn &&
    one.name === other.name &&
    one.attachedTo === other.attachedTo
  );
}

function areSameIds(
  bound: CompiledPolicy["principalIds"],
  ids: Readonly<Record<string, string>> | undefined,
): boolean {
  if (bound === undefined || ids === undefined) return bound === ids;
  const entries = Object.entries(ids);
  return entries.length === bound.size && entries.every(([arn, id]) => bound.get(arn) === id);
}
