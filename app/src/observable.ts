// A value that screens can watch, in the shape that React's useSyncExternalStore takes.

export class Observable<Value> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: Value) {}

  readonly get = (): Value => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  set(value: Value): void {
    this.value = value;
    this.listeners.forEach((listener) => listener());
  }
}
