import { bindPolicy, compileDocument, parsePolicy } from "@rolecall/policy";
import type { CompiledDocument, CompiledPolicy, PolicyKind, PolicyRef } from "@rolecall/policy";

/**
 * Policies as the evaluator wants them, kept by their text: a text always means the same, so nothing here is
 * ever out of date, and a thousand roles with one policy share it. When a kind's are full the oldest entry goes.
 */
export interface PolicyCache {
  compiled(
    text: string,
    kind: PolicyKind,
    ref: PolicyRef,
    principalIds?: Readonly<Record<string, string>>,
  ): CompiledPolicy;
  readonly size: number;
}

export function createPolicyCache(maxEntries = 10_000): PolicyCache {
  // By kind, then by text: a text that is the same string each time (AWS's policies) is hashed once only.
  const kinds = new Map<PolicyKind, Map<string, CompiledDocument>>();

  function documentsOf(kind: PolicyKind): Map<string, CompiledDocument> {
    let documents = kinds.get(kind);
    if (!documents) kinds.set(kind, (documents = new Map()));
    return documents;
  }

  function document(text: string, kind: PolicyKind): CompiledDocument {
    const documents = documentsOf(kind);
    const known = documents.get(text);
    if (known) {
      documents.delete(text);
      documents.set(text, known);
      return known;
    }
    const result = parsePolicy(text, kind, { isStored: true });
    // Fail closed: every stored document was checked when it was saved, so this is a damaged store.
    if (!result.ok)
      throw new Error(`a stored ${kind} policy no longer parses: ${result.problems[0]?.message}`);
    const compiled = compileDocument(result.policy);
    documents.set(text, compiled);
    if (documents.size > maxEntries) {
      const oldest = documents.keys().next();
      if (!oldest.done) documents.delete(oldest.value);
    }
    return compiled;
  }

  return {
    compiled(text, kind, ref, principalIds) {
      const ids = principalIds && new Map(Object.entries(principalIds));
      return bindPolicy(document(text, kind), ref, ids ? { principalIds: ids } : {});
    },
    get size() {
      return [...kinds.values()].reduce((sum, { size }) => sum + size, 0);
    },
  };
}
