/** A policy that is part of one identity. Its name is unique within that identity, whatever its case. */
export interface InlinePolicy {
  name: string;
  /** JSON, byte for byte as it was given. */
  document: string;
}

/** A policy that names principals: a trust policy or a resource policy. */
export interface StoredPolicy {
  /** JSON, byte for byte as it was given. */
  document: string;
  /**
   * The unique id that each principal ARN had when the policy was saved: a principal that was deleted and made
   * anew under the same name is not the one that was meant. A principal that was written as an id has that id.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
   */
  principalIds: Record<string, string>;
}
