package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes slices as squashfs file systems: a tool makes them of our tar archive, which it reads from
 * a pipe. Nothing in them comes from the clock.
 *
 * @param options further ones for the tool, as they stand
 */
public record SquashfsFormat(SquashfsTool tool, List<String> options, ArchivePaths paths)
    implements ArchiveFormat {

  /**
   * A format.
   *
   * @throws ConfFailure if the tool cannot make it
   */
  public SquashfsFormat {
    options = List.copyOf(options);
    if (tool.kind() == SquashfsTool.Kind.SQFSTAR && paths.topIsRepository()) {
      throw new ConfFailure(
          "--root %s: sqfstar does not give the top directory its attributes; tar2sqfs (squashfs-tools-ng) does"
              .formatted(paths.root()));
    }
  }

  @Override
  public SortedMap<String, String> shape() {
    SortedMap<String, String> shape = new TreeMap<>();
    shape.put("kind", "squashfs");
    shape.put("format", "1");
    shape.put("tool", tool.kind().toString());
    shape.put("options", String.join(" ", options));
    shape.put("root", paths.root());
    shape.put("prefix", paths.prefix());
    return shape;
  }

  @Override
  public void requireRoomFor(List<String> repositories) {
    paths.requireAllBelow(repositories);
  }

  @Override
  public Written write(ArchiveInput input, Replacement file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(tool.program().toString());
    command.addAll(tool.kind().options());
    command.addAll(options);
    command.add(file.part().toString());
    SquashfsAttributes attributes = new SquashfsAttributes();
    try (ToolProcess process = ToolProcess.start(command, input.work());
        PlainTar tar = PlainTar.uncompressed(process.input())) {
      new FlatTar(paths, attributes).write(input, tar);
      tar.finish();
      process.finish();
    }
    attributes.warnings().forEach(input.warnings());
    return FileMark.digestOf(file.part());
  }
}
