import { useText } from '../../text/text.js';
import type { Fault } from '../../worker/policies/protocol.js';

/** What is wrong with a policy, and where. */
export function useFaultWords(): (fault: Fault) => string {
  const text = useText();
  return ({ path, code, values }) => {
    const message = text(`policyFault.${code}`, values);
    return text('policy.fault', { path: path === '' ? 'none' : `\u2068${path}\u2069`, message });
  };
}
