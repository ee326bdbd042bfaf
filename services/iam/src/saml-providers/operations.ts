import { CreateSAMLProvider } from "./CreateSAMLProvider.ts";
import { DeleteSAMLProvider } from "./DeleteSAMLProvider.ts";
import { GetSAMLProvider } from "./GetSAMLProvider.ts";
import { ListSAMLProviders } from "./ListSAMLProviders.ts";
import { ListSAMLProviderTags, TagSAMLProvider, UntagSAMLProvider } from "./tags.ts";
import { UpdateSAMLProvider } from "./UpdateSAMLProvider.ts";

export const samlProviderOperations = [
  CreateSAMLProvider,
  GetSAMLProvider,
  UpdateSAMLProvider,
  DeleteSAMLProvider,
  ListSAMLProviders,
  TagSAMLProvider,
  UntagSAMLProvider,
  ListSAMLProviderTags,
];
