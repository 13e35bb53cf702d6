// Lets a classifier be replaced while it is at work: it is disposed of when its last user is done.
import type { Classifier } from '../classifier/classifier';

export type Lease = {
  readonly classifier: Classifier;
  /** Runs `task` with the classifier, which lives at least until the task has ended. */
  readonly use: <T>(task: (classifier: Classifier) => Promise<T>) => Promise<T>;
  /** Disposes of the classifier once no task uses it; new tasks must go to its successor. */
  readonly retire: () => Promise<void>;
};

export function leaseOf(classifier: Classifier): Lease {
  const tasks = new Set<Promise<unknown>>();
  return {
    classifier,
    use: async (task) => {
      const running = task(classifier);
      tasks.add(running);
      try {
        return await running;
      } finally {
        tasks.delete(running);
      }
    },
    retire: async () => {
      await Promise.allSettled(tasks);
      await classifier.dispose();
    },
  };
}
