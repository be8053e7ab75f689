import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processRunner, type ProcessPlace } from '../src/runner.js';

const BOOT = '3698fffa-d61a-42de-8f4a-e7838439cfc4';
const here: ProcessPlace = { host: 'runner-7', place: `${BOOT}/4026531836` };

describe('processRunner', () => {
  let ended = 0;
  before(async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    ended = child.pid ?? 0;
    await once(child, 'exit');
  });

  it('says who holds the lock, and where', () => {
    assert.match(processRunner(here).identity, /^.+@runner-7 pid \d+ [0-9a-f]{8} in 3698fffa-[0-9a-f-]+\/4026531836$/);
    assert.notEqual(processRunner(here).identity, processRunner(here).identity);
    assert.match(processRunner({ host: 'mac', place: undefined }).identity, /^.+@mac pid \d+ [0-9a-f]{8}$/);
  });

  it('takes a holder for ended only where its process would be seen', () => {
    const { hasEnded } = processRunner(here);
    const of = (host: string, pid: number, place: string): string => `ci@${host} pid ${pid} 0a1b2c3d${place}`;
    const at = ` in ${here.place ?? ''}`;
    const cases: [identity: string, ended: boolean, why: string][] = [
      [of('runner-7', ended, at), true, 'a process that is gone'],
      [of('runner-7', process.pid, at), false, 'a living process'],
      [of('runner-7', 1, at), false, 'a process of somebody else'],
      [of('runner-8', ended, at), false, 'another machine'],
      [of('runner-7', ended, ` in ${BOOT}/4026531999`), false, 'another container of the same host name'],
      [of('runner-7', ended, ' in 00000000-d61a-42de-8f4a-e7838439cfc4/4026531836'), false, 'another boot, or machine'],
      [of('runner-7', ended, ''), false, 'an identity that does not say where'],
      ['kube-controller-manager-0_1234', false, 'something else that elects leaders'],
      ['', false, 'nobody'],
    ];
    for (const [identity, expected, why] of cases) assert.equal(hasEnded(identity), expected, why);
  });

  it('never does where it does not know its own place', () => {
    const { hasEnded } = processRunner({ host: 'runner-7', place: undefined });
    assert.equal(hasEnded(`ci@runner-7 pid ${ended} 0a1b2c3d`), false);
  });

  it('knows its own process', () => {
    const runner = processRunner();
    assert.equal(runner.hasEnded(runner.identity), false);
    const gone = runner.identity.replace(`pid ${process.pid} `, `pid ${ended} `);
    assert.equal(runner.hasEnded(gone), process.platform === 'linux');
  });
});
