// Keeps what src/storage stores out of iOS's backups, to iCloud and to computers. Android has a setting for it, iOS marks on folders.
import { type ConfigPlugin, withAppDelegate } from 'expo/config-plugins';

const START = /didFinishLaunchingWithOptions[^{]*\{/;

/** At each start, before anything is stored; what lies in a marked folder is left out with it. */
const MARK = `
    for name in ["SQLite", "deepdog"] {
      var folder = URL.documentsDirectory.appending(path: name)
      var marks = URLResourceValues()
      marks.isExcludedFromBackup = true
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try? folder.setResourceValues(marks)
    }
`;

const keepOutOfBackups: ConfigPlugin = (config) =>
  withAppDelegate(config, (delegate) => {
    const { contents } = delegate.modResults;
    delegate.modResults.contents = contents.replace(START, (start) => start + MARK);
    return delegate;
  });

export default keepOutOfBackups;
