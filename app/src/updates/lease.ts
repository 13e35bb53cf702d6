// Lets a model be replaced while it is at work: it is disposed of when its last user is done.
import type { RunningModel } from './kind';

export type Lease<Model extends RunningModel> = {
  readonly model: Model;
  /** Runs `task` with the model, which lives at least until the task has ended. */
  readonly use: <T>(task: (model: Model) => Promise<T>) => Promise<T>;
  /** Disposes of the model once no task uses it; new tasks must go to its successor. */
  readonly retire: () => Promise<void>;
};

export function leaseOf<Model extends RunningModel>(model: Model): Lease<Model> {
  const tasks = new Set<Promise<unknown>>();
  return {
    model,
    use: async (task) => {
      const running = task(model);
      tasks.add(running);
      try {
        return await running;
      } finally {
        tasks.delete(running);
      }
    },
    retire: async () => {
      await Promise.allSettled(tasks);
      await model.dispose();
    },
  };
}
