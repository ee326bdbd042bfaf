/** What a store reports about itself. `message` says what is wrong, `hint` what to do. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }
}

/** The key, or a value that must be unique, is taken. Nothing of the transaction need be lost: it may be caught. */
export class StoreConflict extends StoreError {
  override name = "StoreConflict";
  readonly collection: string;
  /** The unique index; `undefined` for the key itself. */
  readonly index: string | undefined;
  readonly value: readonly string[];

  constructor(collection: string, index: string | undefined, value: readonly string[]) {
    super(`${collection}: ${index === undefined ? "key" : index} ${JSON.stringify(value)} is taken`);
    this.collection = collection;
    this.index = index;
    this.value = value;
  }
}

/** No record can have this key or index value, or the place to start a page at is none of ours. */
export class StoreInvalidKey extends StoreError {
  override name = "StoreInvalidKey";
}

/** For now the store cannot do it (locked, disk full, no connection); what was committed is safe. */
export class StoreUnavailable extends StoreError {
  override name = "StoreUnavailable";
}

/** The connection broke while a commit was under way and did not come back in time: it was kept, or it was not. */
export class StoreOutcomeUnknown extends StoreUnavailable {
  override name = "StoreOutcomeUnknown";
}

/** The store's own data is damaged. It has not been changed. */
export class StoreCorrupted extends StoreError {
  override name = "StoreCorrupted";
}

/** What lies there was not made by us, or by a newer version of us. It has not been changed. */
export class StoreForeign extends StoreError {
  override name = "StoreForeign";
}

/** `close()` was called. */
export class StoreClosed extends StoreError {
  override name = "StoreClosed";

  constructor() {
    super("the store is closed");
  }
}
