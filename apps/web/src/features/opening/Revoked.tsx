import { useText } from '../../text/text.js';
import { Sheet } from './Sheet.js';

export function Revoked() {
  const text = useText();
  return <Sheet title={text('opening.revoked.title')} why={text('opening.revoked.why')} />;
}
