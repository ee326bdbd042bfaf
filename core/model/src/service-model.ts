import type { Fault } from "./aws-error.ts";
import { iamData } from "./generated/iam-data.ts";
import type { IamOperations } from "./generated/iam-types.ts";
import { stsData } from "./generated/sts-data.ts";
import type { StsOperations } from "./generated/sts-types.ts";
import { unpackModel } from "./packed-model.ts";
import type { Shape, StructureShape } from "./shape.ts";

export interface OperationModel {
  /** `CreateRole` */
  readonly name: string;
  /** Without members when the operation takes none. */
  readonly input: StructureShape;
  /** Absent when the answer has no result element. */
  readonly output: StructureShape | undefined;
  /** Codes, as on the wire, of the errors the operation declares. */
  readonly errors: readonly string[];
}

/**
 * One service's API, as data.
 *
 * `Ops` maps the name of each operation to the types of its input and output, so that whoever takes a model and a
 * name can have both typed.
 */
export interface ServiceModel<Ops = object> {
  readonly id: "iam" | "sts";
  /** The request's `Version`: `2010-05-08` */
  readonly apiVersion: string;
  /** Of the root element of every answer. */
  readonly xmlNamespace: string;
  /** The service part of a signature's scope. */
  readonly signingName: string;
  /** By name. Without a prototype: a name from a request may be looked up as it is. */
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** Status and fault of each declared error, by its code on the wire. */
  readonly errors: Readonly<Record<string, { readonly status: number; readonly fault: Fault }>>;
  /** A structure by its name in the API; undefined when there is none. */
  readonly shape: (name: string) => Shape | undefined;
  /** Never there; only the compiler looks at it. */
  readonly types?: Ops;
}

/** The names of a model's operations. */
export type OperationName<Ops> = keyof Ops & string;
/** The input of one operation: `InputOf<IamOperations, "CreateRole">`. */
export type InputOf<Ops, Name extends keyof Ops> = Ops[Name] extends { readonly input: infer Input }
  ? Input
  : never;
/** The output of one operation; `void` when its answer has no result element. */
export type OutputOf<Ops, Name extends keyof Ops> = Ops[Name] extends { readonly output: infer Output }
  ? Output
  : never;

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html */
export const iam: ServiceModel<IamOperations> = serviceModel("iam", "2010-05-08", iamData);

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export const sts: ServiceModel<StsOperations> = serviceModel("sts", "2011-06-15", stsData);

function serviceModel<Ops>(id: "iam" | "sts", apiVersion: string, data: string): ServiceModel<Ops> {
  const { shapes, operations: unpacked, errors } = unpackModel(data);
  const operations = Object.create(null) as Record<string, OperationModel>;
  for (const [name, { input, output, errors }] of Object.entries(unpacked)) {
    operations[name] = {
      name,
      input: input === undefined ? withoutMembers(`${name}Request`) : (shapes[input] as StructureShape),
      output: output === undefined ? undefined : (shapes[output] as StructureShape),
      errors,
    };
  }
  return {
    id,
    apiVersion,
    xmlNamespace: `https://${id}.amazonaws.com/doc/${apiVersion}/`,
    signingName: id,
    operations,
    errors,
    shape: (name) => shapes[name],
  };
}

function withoutMembers(name: string): StructureShape {
  return { type: "structure", name, members: [] };
}
