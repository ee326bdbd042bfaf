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
  readonly size: number;
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

/**
 * @param maxEntries documents
 * @param maxCharacters of all documents together: a few huge ones must not cost what thousands may
 */
export function createPolicyCache(maxEntries = 10_000, maxCharacters = 8_000_000): PolicyCache {
  const documents = new Map<string, CompiledDocument>();
  let characters = 0;
  let hits = 0;
  let misses = 0;
  let evictions = 0;

  function document(text: string, kind: PolicyKind): CompiledDocument {
    const key = `${kind} ${text}`;
    const known = documents.get(key);
    if (known) {
      hits++;
      documents.delete(key);
      documents.set(key, known);
      return known;
    }
    misses++;
    const result = parsePolicy(text, kind, { isStored: true });
    // Fail closed: every stored document was checked when it was saved, so this is a damaged store.
    if (!result.ok)
      throw new Error(`a stored ${kind} policy no longer parses: ${result.problems[0]?.message}`);
    const compiled = compileDocument(result.policy);
    documents.set(key, compiled);
    characters += key.length;
    for (const oldest of documents.keys()) {
      if (oldest === key || (documents.size <= maxEntries && characters <= maxCharacters)) break;
      documents.delete(oldest);
      characters -= oldest.length;
      evictions++;
    }
    return compiled;
  }

  return {
    compiled(text, kind, ref, principalIds) {
      const ids = principalIds && new Map(Object.entries(principalIds));
      return bindPolicy(document(text, kind), ref, ids ? { principalIds: ids } : {});
    },
    get size() {
      return documents.size;
    },
    stats: () => ({ entries: documents.size, characters, hits, misses, evictions }),
  };
}
