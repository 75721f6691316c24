import type { ContentBlock } from '../messages.ts';
import { isRecord, type JsonRecord } from './json-fields.ts';

/** Reads the content of an AG-UI message. What only a URL names is not fetched; it is named in words. */
export function partBlocks(content: unknown): ContentBlock[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.filter(isRecord).flatMap(partBlock);
}

function partBlock(part: JsonRecord): ContentBlock[] {
  if (part.type === 'text') return typeof part.text === 'string' && part.text !== '' ? [textBlock(part.text)] : [];
  const { mimeType, value, name } = mediaOf(part);
  if (value === undefined) return [textBlock(`[${String(part.type)} without content]`)];
  if (!value.isInline) return [textBlock(`[${String(part.type)} at ${value.text}]`)];
  if (mimeType.startsWith('image/')) return [{ type: 'image', media_type: mimeType, data: value.text, name }];
  if (mimeType.startsWith('text/') || mimeType === 'application/json') {
    return [{ type: 'file', name, text: Buffer.from(value.text, 'base64').toString('utf8') }];
  }
  return [textBlock(`[${String(part.type)} of type ${mimeType}, which cannot be read here]`)];
}

interface Media {
  readonly mimeType: string;
  readonly name: string;
  readonly value?: { readonly text: string; readonly isInline: boolean };
}

/** The parts of AG-UI 1.0 have a source; the `binary` part before it had the fields itself. */
function mediaOf(part: JsonRecord): Media {
  const source = isRecord(part.source) ? part.source : part;
  const text = [source.value, source.data, source.url, source.id].find((field) => typeof field === 'string');
  const isInline = source.type === 'data' || (part.type === 'binary' && typeof part.data === 'string');
  return {
    mimeType: typeof source.mimeType === 'string' ? source.mimeType : 'application/octet-stream',
    name: typeof part.filename === 'string' ? part.filename : String(part.type),
    ...(typeof text === 'string' ? { value: { text, isInline } } : {}),
  };
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text };
}
