/** What is said of a Service that wants what another one has: kubernetes#69879, kubernetes#73140, kubernetes#89042. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/cluster/apiError.js';
import { refusalOf } from '../../../../src/engine/plan/refusals/refusal.js';

function refused(kind: string, field: string, message: string) {
  const causes = [{ reason: 'FieldValueInvalid', field, message }];
  const error = new ApiError(422, { code: 422, reason: 'Invalid', message, details: { kind, name: 'new', causes } });
  return refusalOf(error, { group: '', kind, namespace: 'shop', name: 'new' });
}

describe('the refusal of a Service', () => {
  for (const [field, message] of [
    ['spec.ports[0].nodePort', 'Invalid value: 30080: provided port is already allocated'],
    ['spec.healthCheckNodePort', 'Invalid value: 30081: provided port is already allocated'],
    [
      'spec.clusterIPs',
      'Invalid value: ["10.0.0.9"]: failed to allocate IP 10.0.0.9: provided IP is already allocated',
    ],
    ['spec.clusterIP', 'Invalid value: "10.0.0.9": failed to allocate IP 10.0.0.9: provided IP is already allocated'],
  ] as const) {
    it(`says of ${field} who could have it, and what to do`, () => {
      const { message: said, suggestions } = refused('Service', field, message);
      assert.equal(said, `Service/new: ${field}: ${message}`);
      assert.match(
        suggestions.join('\n'),
        /kubectl get services --all-namespaces.*under its old name, delete the old one/,
      );
    });
  }

  it('says nothing of it for another field, nor for another kind', () => {
    for (const [kind, field] of [
      ['Service', 'spec.ports[0].port'],
      ['Gadget', 'spec.clusterIP'],
    ] as const)
      assert.doesNotMatch(refused(kind, field, 'Invalid value: 0').suggestions.join('\n'), /services/);
  });
});
