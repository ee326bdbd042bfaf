import { awsError } from "@rolecall/model";
import { xmlText } from "@rolecall/protocol";
import { childrenOf, childText, malformedXml, parseS3Document } from "./s3-document.ts";

/** Key and value, in the order of the document. */
export type ObjectTag = readonly [key: string, value: string];

/**
 * The tags of PutObjectTagging's document.
 * @throws MalformedXML, InvalidTag
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 */
export function taggingOf(body: Uint8Array): ObjectTag[] {
  const [set, second] = childrenOf(parseS3Document(body, "Tagging"), "TagSet");
  // Of two, one would be decided on and the other perhaps stored.
  if (!set || second) throw malformedXml();
  const tags = childrenOf(set, "Tag").map((tag): ObjectTag => {
    const key = childText(tag, "Key");
    if (key === undefined) throw malformedXml();
    return [key, childText(tag, "Value") ?? ""];
  });
  if (new Set(tags.map(([key]) => key)).size !== tags.length)
    throw awsError("InvalidTag", 400, "Cannot provide multiple Tags with the same key");
  return tags;
}

/** The document written anew: nothing goes to the upstream but what was decided on. */
export function taggingDocument(tags: readonly ObjectTag[]): Buffer {
  const written = tags.map(
    ([key, value]) => `<Tag><Key>${xmlText(key)}</Key><Value>${xmlText(value)}</Value></Tag>`,
  );
  return Buffer.from(
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${written.join("")}</TagSet></Tagging>`,
  );
}
