/** A regular expression of the API model, in AWS's spelling and ready to use. */
export interface Pattern {
  /** As the model has it and as AWS prints it in a ValidationError. */
  readonly source: string;
  /** Matches the whole value. Linear in its length for every pattern of the models. */
  readonly whole: RegExp;
}

export interface StringShape {
  readonly type: "string";
  /** In characters (code points), as all lengths of strings. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: Pattern;
  readonly enum?: readonly string[];
  /** A secret: never in a message, an event or a log. */
  readonly isSensitive?: true;
}

/** 32 bits, signed. */
export interface IntegerShape {
  readonly type: "integer";
  readonly min?: number;
  readonly max?: number;
}

export interface BlobShape {
  readonly type: "blob";
  /** In bytes. */
  readonly min?: number;
  readonly max?: number;
  readonly isSensitive?: true;
}

export interface BooleanShape {
  readonly type: "boolean";
}

export interface TimestampShape {
  readonly type: "timestamp";
}

export interface ListShape {
  readonly type: "list";
  readonly member: Shape;
  /** In items. */
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape {
  readonly type: "map";
  readonly key: StringShape;
  readonly value: Shape;
  /** In entries. */
  readonly min?: number;
  readonly max?: number;
}

export interface StructureShape {
  readonly type: "structure";
  readonly name: string;
  /** In the order of the model, which is the order on the wire. */
  readonly members: readonly Member[];
}

export interface Member {
  /** On the wire and in TypeScript: `RoleName`. */
  readonly name: string;
  /** In sentences about what is wrong with it: `roleName`. */
  readonly path: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
}

/** The kind and constraints of a value. The constraints are of requests; answers carry none. */
export type Shape =
  | StringShape
  | IntegerShape
  | BlobShape
  | BooleanShape
  | TimestampShape
  | ListShape
  | MapShape
  | StructureShape;
