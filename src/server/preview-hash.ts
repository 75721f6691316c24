import { createHash } from 'node:crypto';
import type { ApprovalPreview } from '../messages.ts';

/** Names what a person was shown, so that an answer can say what it is an answer to. */
export function previewHash(preview: ApprovalPreview): string {
  return createHash('sha256').update(JSON.stringify(preview)).digest('hex');
}
