// What is not taken unasked: a download that costs money, and a model that the user went back from.
import { choose } from '../storage/choices';
import { describeModel, Publisher } from './testing/publisher';
import { BUNDLED_WEIGHTS, Phone } from './testing/phone';

const bundled = describeModel('1.0.0', BUNDLED_WEIGHTS);
const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights, { release_notes: 'Knows your burger.' });
const newerWeights = Uint8Array.of(30, 2, 2, 2);
const newer = describeModel('1.2.0', newerWeights);

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
});
afterEach(() => publisher.close());

const downloads = () => publisher.requests.filter((path) => path.startsWith('/models/'));
const stateOf = (phone: Phone) => phone.updater.updates.get();

describe('on mobile data', () => {
  let metered: boolean;
  const newPhone = (storage?: Phone['storage']) =>
    new Phone(publisher, storage, { isMetered: () => Promise.resolve(metered) });
  beforeEach(() => {
    metered = true;
    publisher.publish({ model, weights });
  });

  test('an update is offered with its size and what is new in it, and nothing is downloaded', async () => {
    const phone = newPhone();
    await phone.updater.check();
    expect(stateOf(phone).offer).toEqual({
      version: '1.1.0',
      sizeBytes: weights.length,
      releaseNotes: 'Knows your burger.',
      because: 'metered',
    });
    expect([phone.version, phone.lastResult, downloads()]).toEqual(['1.0.0', 'offered', []]);
  });

  test('the user takes it all the same', async () => {
    const phone = newPhone();
    await phone.updater.check();
    await phone.updater.takeOffer();
    expect([phone.version, phone.lastResult, stateOf(phone).offer]).toEqual(['1.1.0', 'updated', null]);
  });

  test('it comes by itself as soon as there is Wi-Fi', async () => {
    const phone = newPhone();
    await phone.updater.check();
    await phone.updater.checkIfDue();
    expect(phone.version).toBe('1.0.0');
    expect(publisher.requests.filter((path) => path === '/channels/stable.json')).toHaveLength(1);
    metered = false;
    await phone.updater.checkIfDue();
    expect([phone.version, stateOf(phone).offer]).toEqual(['1.1.0', null]);
  });

  test('it comes at once where the user allows it, also after a restart', async () => {
    const phone = newPhone();
    await phone.updater.check();
    await choose(phone.storage, 'mobileData', true);
    await phone.updater.checkIfDue();
    expect(phone.version).toBe('1.1.0');
    publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
    const restarted = newPhone(phone.storage);
    await restarted.updater.check();
    expect(restarted.version).toBe('1.2.0');
  });

  test('what needs no download needs no question', async () => {
    const sameWeights = { ...bundled, version: '1.0.1', threshold: 0.8 };
    publisher.publish({ model: sameWeights, weights: BUNDLED_WEIGHTS, channel: { sequence: 2 } });
    const phone = newPhone();
    await phone.updater.check();
    expect(phone.version).toBe('1.0.1');
  });

  test('one that is on the device, but damaged, is a download like any other', async () => {
    metered = false;
    const phone = newPhone();
    await phone.updater.check();
    await phone.storage.writeBlob(`model-${model.sha256}.tflite`, Uint8Array.of(20, 1, 1));
    metered = true;
    const restarted = newPhone(phone.storage);
    await restarted.updater.check();
    expect([restarted.version, restarted.lastResult, downloads().length]).toEqual(['1.0.0', 'offered', 1]);
  });
});

describe('the one before', () => {
  async function updatedTo(...published: [typeof model, Uint8Array][]): Promise<Phone> {
    const phone = new Phone(publisher);
    for (const [i, [description, bytes]] of published.entries()) {
      publisher.publish({ model: description, weights: bytes, channel: { sequence: i + 1 } });
      await phone.updater.check();
    }
    return phone;
  }
  const restart = (phone: Phone) => new Phone(publisher, phone.storage);

  test('is the bundled one after the first update; there is none before it', async () => {
    const fresh = new Phone(publisher);
    await fresh.updater.start();
    expect(stateOf(fresh).wayBack).toBeNull();
    await fresh.updater.goBack();
    expect(fresh.version).toBe('1.0.0');

    const phone = await updatedTo([model, weights]);
    expect(stateOf(phone).wayBack).toBe('1.0.0');
    await phone.updater.goBack();
    expect([phone.version, stateOf(phone).wayBack, phone.alive.size]).toEqual(['1.0.0', null, 1]);
  });

  test('is gone back to, stays across restarts and checks, and the newer one is there for the asking', async () => {
    const phone = await updatedTo([model, weights], [newer, newerWeights]);
    expect(stateOf(phone).wayBack).toBe('1.1.0');
    await phone.updater.goBack();
    expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.1.0', '1.0.0']);
    expect(stateOf(phone).offer).toMatchObject({ version: '1.2.0', because: 'declined' });
    expect(await phone.storage.listBlobs('model-')).toEqual([`model-${model.sha256}.tflite`]);

    const restarted = restart(phone);
    await restarted.updater.check();
    expect([restarted.version, restarted.lastResult]).toEqual(['1.1.0', 'offered']);
    expect(stateOf(restarted).offer).toMatchObject({ version: '1.2.0', because: 'declined' });
    await restarted.updater.takeOffer();
    expect(restarted.version).toBe('1.2.0');
    await restarted.updater.check();
    expect(restarted.lastResult).toBe('up_to_date');
  });

  test('gives way to a newer one than that which the user went back from', async () => {
    const phone = await updatedTo([model, weights]);
    await phone.updater.goBack();
    publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
    await phone.updater.check();
    expect([phone.version, stateOf(phone).offer]).toEqual(['1.2.0', null]);
  });

  test('that does not work any more leaves the app with what it has, and the reason', async () => {
    const phone = await updatedTo([model, weights], [newer, newerWeights]);
    await phone.storage.writeBlob(`model-${model.sha256}.tflite`, Uint8Array.of(21, 1, 1, 1));
    await phone.updater.goBack();
    expect([phone.version, phone.lastRefusal, phone.alive.size]).toEqual(['1.2.0', 'bad_hash', 1]);
  });

  test('that ends in an error leaves the next check alone', async () => {
    const phone = await updatedTo([model, weights], [newer, newerWeights]);
    jest.spyOn(phone.storage, 'update').mockRejectedValueOnce(new Error('the disk is full'));
    jest.spyOn(phone.alive, 'delete').mockImplementationOnce(() => {
      throw new Error('the runtime is gone');
    });
    await expect(phone.updater.goBack()).rejects.toThrow('the runtime is gone');
    await phone.updater.check();
    expect([phone.version, phone.lastResult]).toEqual(['1.2.0', 'up_to_date']);
  });

  test('is not offered when the publisher rolled back', async () => {
    const phone = await updatedTo([newer, newerWeights], [model, weights]);
    expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.1.0', '1.0.0']); // and not 1.2.0
  });

  test('waits for a check that is under way', async () => {
    const phone = new Phone(publisher);
    publisher.publish({ model, weights });
    await Promise.all([phone.updater.check(), phone.updater.goBack()]);
    expect(phone.version).toBe('1.0.0');
    expect(stateOf(phone)).toMatchObject({ activity: { status: 'idle' }, offer: { because: 'declined' } });
  });
});

describe('a new app brings a model along', () => {
  const upgraded = (phone: Phone, version: string, first: number) => {
    const bytes = Uint8Array.of(first, 4, 4, 4);
    return new Phone(publisher, phone.storage, {
      source: 'noServer',
      bundled: { description: describeModel(version, bytes), read: () => Promise.resolve(bytes) },
    });
  };
  async function phoneWith(description: typeof model, bytes: Uint8Array): Promise<Phone> {
    const phone = new Phone(publisher);
    publisher.publish({ model: description, weights: bytes });
    await phone.updater.check();
    return phone;
  }

  test('newer than the stored one: it is used at once, and the stored one is the way back', async () => {
    const phone = upgraded(await phoneWith(model, weights), '1.2.0', 40);
    await phone.updater.start();
    expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.2.0', '1.1.0']);
    expect(await phone.score()).toBeCloseTo(40 / 255);
  });

  test('and does not work: the stored one takes over', async () => {
    const phone = await phoneWith(model, weights);
    const broken = new Phone(publisher, phone.storage, {
      bundled: { description: newer, read: () => Promise.reject(new Error('asset is gone')) },
    });
    await broken.updater.start();
    expect([broken.version, broken.lastRefusal]).toEqual(['1.1.0', 'storage']);
  });

  test('older than the stored one, or the same: the stored one stays', async () => {
    const old = await phoneWith(newer, newerWeights);
    const phone = upgraded(old, '1.1.0', 40);
    await phone.updater.start();
    expect(phone.version).toBe('1.2.0');
  });

  test('that the user went back from in the old app: the user’s word holds', async () => {
    const old = await phoneWith(model, weights);
    publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
    await old.updater.check();
    await old.updater.goBack();
    const phone = upgraded(old, '1.2.0', 30);
    await phone.updater.start();
    expect(phone.version).toBe('1.1.0');
  });

  describe('that the old app downloaded', () => {
    const app = { bundled: { description: model, read: () => Promise.resolve(weights) } };

    test('the way back leads to what the old app brought along', async () => {
      const old = await phoneWith(model, weights);
      const phone = new Phone(publisher, old.storage, app);
      await phone.updater.start();
      expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.1.0', '1.0.0']);
      await phone.updater.goBack();
      expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', undefined]);
      expect(await phone.score()).toBeCloseTo(10 / 255);
    });

    test('and the user went back from to what the old app brought along: the user’s word holds', async () => {
      const old = await phoneWith(model, weights);
      await old.updater.goBack();
      const phone = new Phone(publisher, old.storage, app);
      await phone.updater.check();
      expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', undefined]);
      expect(stateOf(phone).offer).toMatchObject({ version: '1.1.0', because: 'declined' });
      await phone.updater.takeOffer();
      expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.1.0', '1.0.0']);
    });

    test('what the old app brought along and had no room to keep is no way back', async () => {
      const old = await phoneWith(model, weights);
      await old.storage.deleteBlob(`model-${bundled.sha256}.tflite`);
      const phone = new Phone(publisher, old.storage, app);
      await phone.updater.start();
      expect([phone.version, stateOf(phone).wayBack]).toEqual(['1.1.0', null]);
    });
  });

  test('and the publisher rolls back to an older one: that holds across restarts of the same app', async () => {
    const old = await phoneWith(model, weights);
    const bytes = Uint8Array.of(40, 4, 4, 4);
    const app = {
      bundled: { description: describeModel('1.2.0', bytes), read: () => Promise.resolve(bytes) },
    };
    const phone = new Phone(publisher, old.storage, app);
    await phone.updater.check(); // the channel still says 1.1.0
    expect(phone.version).toBe('1.1.0');
    const restarted = new Phone(publisher, old.storage, { ...app, source: 'noServer' });
    await restarted.updater.start();
    expect(restarted.version).toBe('1.1.0');
  });
});
