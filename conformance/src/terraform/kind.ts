import type { IAMClient, Tag } from "@aws-sdk/client-iam";

/** What Terraform keeps of a resource: the arguments it would plan against, and what the service made up. */
export interface State<Arguments> {
  arguments: Arguments;
  /** Must never change while the resource lives: any change shows as drift. */
  computed: Record<string, string | number | undefined>;
}

/**
 * A resource of Terraform's AWS provider, with its calls in their order. `read` gets the id alone, so that reading is
 * importing, too.
 */
export interface Kind<Arguments> {
  create(iam: IAMClient, wanted: Arguments): Promise<string>;
  /** Undefined when the service says `NoSuchEntity`, and for nothing else. */
  read(iam: IAMClient, id: string): Promise<State<Arguments> | undefined>;
  /** The id afterwards. */
  update(iam: IAMClient, id: string, before: Arguments, after: Arguments): Promise<string>;
  destroy(iam: IAMClient, id: string): Promise<void>;
}

export type Tags = Record<string, string>;

/** Tags as they are compared: by key, without AWS's own. */
export const tagMap = (tags: readonly Tag[] | undefined): Tags =>
  Object.fromEntries(
    (tags ?? [])
      .filter(({ Key }) => !Key?.startsWith("aws:"))
      .map(({ Key = "", Value = "" }) => [Key, Value]),
  );

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Untag what is gone or changed, then tag what is new or changed; neither call when there is nothing to do. */
export async function changeTags(
  before: Tags,
  after: Tags,
  untag: (keys: string[]) => Promise<unknown>,
  tag: (tags: Tag[]) => Promise<unknown>,
): Promise<void> {
  const gone = Object.keys(before).filter((key) => before[key] !== after[key]);
  const fresh = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) await untag(gone);
  if (fresh.length > 0) await tag(tagList(Object.fromEntries(fresh)));
}

/** A document of an answer, decoded as Terraform decodes it: `+` is a blank. */
export const decoded = (document: string | undefined): unknown =>
  JSON.parse(decodeURIComponent((document ?? "").replaceAll("+", " ")));

/** The result, or undefined for `NoSuchEntity`. */
export async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchEntityException") return undefined;
    throw error;
  }
}

export const lastOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
