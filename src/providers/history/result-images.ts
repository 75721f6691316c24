import type { ConversationMessage, ToolOutcome, UserTurn } from '../../conversation.ts';
import type { ContentBlock, ImageBlock } from '../../messages.ts';
import type { ModelInfo } from '../provider.ts';

/** What services take. */
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** Of what tools showed only the newest goes along: services refuse requests with too many images, or of too many bytes. */
const MOST_IMAGES = 20;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Tells whether a person's image can be sent to a model: where nothing is known of it, they will know. */
export function canSee(model: ModelInfo, image: ImageBlock): boolean {
  return model.has_vision !== false && IMAGE_TYPES.includes(image.media_type);
}

/** Says in the place of an image that it was there. */
export function imageSentence(image: ImageBlock): string {
  return `[An image${nameOf(image)} (${image.media_type}) was attached here; this model cannot see it.]`;
}

/** The images of tool results that a request takes along, and why it does not take the others. */
export interface SentImages {
  /** Splits the images of a result: those that are sent, and a line for each that is not. */
  split(result: ToolOutcome): { readonly images: readonly ImageBlock[]; readonly lines: readonly string[] };
  /** How many the model cannot see. */
  readonly unseen: number;
}

/**
 * Chooses the images of tool results that are sent. A model that is not known to see gets none: where it does not, its
 * service refuses this request and every later one, and no person has chosen to send it.
 */
export function chooseImages(conversation: readonly ConversationMessage[], model: ModelInfo): SentImages {
  const all = conversation.flatMap((message) =>
    message.role === 'tool' ? message.results.flatMap(({ images = [] }) => images) : [],
  );
  const seen = all.filter((image) => model.has_vision === true && IMAGE_TYPES.includes(image.media_type));
  const sent = new Set<ImageBlock>();
  let room = MOST_CHARACTERS;
  for (const image of seen.slice(-MOST_IMAGES).reverse()) {
    room -= image.data.length;
    if (room < 0) break;
    sent.add(image);
  }
  const why = (image: ImageBlock): string => {
    if (seen.includes(image)) return 'is no longer shown, to save space; read it again to see it';
    return model.has_vision === undefined
      ? 'is not shown: whether this model sees is not known (has_vision in the config says it)'
      : 'is not shown: this model cannot see it';
  };
  return {
    split: ({ images = [] }) => ({
      images: images.filter((image) => sent.has(image)),
      lines: images.filter((image) => !sent.has(image)).map((image) => `[The image${nameOf(image)} ${why(image)}.]`),
    }),
    unseen: all.length - seen.length,
  };
}

/** Shows images in a message of their own, behind the results, to services whose results hold only text. */
export function imagesTurn(results: readonly ToolOutcome[]): readonly UserTurn[] {
  const content = results.flatMap(({ tool_call_id, images = [] }): ContentBlock[] =>
    images.length === 0 ? [] : [{ type: 'text', text: `[What the call ${tool_call_id} showed:]` }, ...images],
  );
  const [first] = results;
  return content.length === 0
    ? []
    : [{ role: 'user', id: `images-${first?.tool_call_id}`, content, origin: 'continue' }];
}

function nameOf({ name }: ImageBlock): string {
  return name === undefined ? '' : ` "${name}"`;
}
