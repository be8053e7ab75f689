/** Rules for Strimzi. */
import { has, paused, rest, shipped } from './conditions.js';

/** Of Strimzi. */
export const strimzi = [
  // What is wrong with it is said by the name of an exception: most are tried again every two minutes.
  ...shipped(
    'kafka.strimzi.io',
    ['Kafka', 'KafkaBridge', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaUser'],
    {
      failed: has('NotReady', 'True', ['InvalidResourceException']),
      rests: [paused('ReconciliationPaused')],
      current: has('Ready', 'True'),
      speaks: ['NotReady'],
    },
  ),
  // The topic operator writes Ready False where the others write NotReady.
  ...shipped('kafka.strimzi.io', ['KafkaTopic'], {
    failed: `${has('Ready', 'False', ['NotSupported', 'ResourceConflict', 'InvalidResourceException'])} || ${has('NotReady', 'True', ['InvalidResourceException'])}`,
    rests: [
      paused('ReconciliationPaused'),
      rest(has('Unmanaged', 'True'), 'not managed', 'is not managed (strimzi.io/managed): nothing is awaited'),
    ],
    current: has('Ready', 'True'),
    speaks: ['NotReady'],
  }),
  // A node pool is reported by its Kafka.
  ...shipped('kafka.strimzi.io', ['KafkaNodePool'], { current: 'has(status.observedGeneration)' }),
  ...shipped('kafka.strimzi.io', ['KafkaRebalance'], {
    failed: has('NotReady', 'True'),
    rests: [
      paused('ReconciliationPaused'),
      rest(
        `${has('ProposalReady', 'True')} && metadata.?annotations[?'strimzi.io/rebalance-auto-approval'].orValue('') != 'true'`,
        'waits to be approved',
        'has a proposal that waits until somebody approves it',
      ),
      rest(has('Stopped', 'True'), 'stopped', 'was stopped: it goes on when somebody refreshes it'),
    ],
    current: has('Ready', 'True'),
    speaks: ['NotReady'],
  }),
];
