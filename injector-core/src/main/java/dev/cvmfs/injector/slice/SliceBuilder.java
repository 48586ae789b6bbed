package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a slice out of the trees of one or more repositories.
 *
 * <p>Visible files become links, and which {@code .data} file one links to depends on all others
 * with the same content: so the trees are spooled as they are walked, the links are sorted by what
 * they link to, names are given group by group, and the names are sorted back into the order of the
 * tree. All of it takes a fixed amount of memory.
 */
public final class SliceBuilder {
  /** ext4 allows 65,000 links to an inode; after this many a second copy starts. */
  static final int LINK_LIMIT = 60_000;

  private static final long SORT_MEMORY = 24L << 20;

  /** A content with more variants than this is sorted on disk. */
  private static final int VARIANTS_IN_MEMORY = 10_000;

  private static final int SOCKETS_NAMED = 20;

  private final WorkDirectory work;
  private final String prefix;
  private final LayerNames names;
  private final LayerShape shape;
  private final int linkLimit;
  private final int variantsInMemory;
  private final long mostEntries;
  private final List<TreeItem> provenance = new ArrayList<>();
  private final RecordFile.Writer visible;
  private final RecordSorter links;
  private final List<String> skippedSockets = new ArrayList<>();
  private Optional<String> lastRepository = Optional.empty();
  private int repositories;
  private long provenanceBytes;

  /** With room for the folders of lists of garbage and of provenance. */
  private long entryCount = 2;

  private long socketCount;
  private long linkCount;

  /**
   * @param prefix the directory in the image that everything goes into, without slashes at its ends
   */
  public SliceBuilder(WorkDirectory work, String prefix) throws IOException {
    this(work, prefix, LayerShape.USUAL);
  }

  /**
   * The same.
   *
   * @param shape how the layer is going to be built, which may not be able to hold everything
   */
  public SliceBuilder(WorkDirectory work, String prefix, LayerShape shape) throws IOException {
    this(work, prefix, shape, LINK_LIMIT, VARIANTS_IN_MEMORY, LayerLimits.MOST_ENTRIES);
  }

  SliceBuilder(
      WorkDirectory work,
      String prefix,
      LayerShape shape,
      int linkLimit,
      int variantsInMemory,
      long mostEntries)
      throws IOException {
    this.shape = shape;
    this.work = work;
    this.prefix = prefix;
    this.names = new LayerNames(ByteString.of(prefix));
    this.linkLimit = linkLimit;
    this.variantsInMemory = variantsInMemory;
    this.mostEntries = mostEntries;
    this.visible = RecordFile.create(work.newFile("tree"));
    this.links = new RecordSorter(work, SORT_MEMORY);
  }

  /**
   * Adds a repository; they must come in the order of their names.
   *
   * @param fqrn its fully qualified name
   * @param provenanceFiles names and contents of what goes into {@code .provenance/<fqrn>/}, sorted
   * @param entries the files wanted, starting with the root
   */
  public void add(String fqrn, Map<String, byte[]> provenanceFiles, EntryCursor entries)
      throws IOException {
    if (lastRepository.isPresent() && lastRepository.get().compareTo(fqrn) >= 0) {
      throw new IllegalArgumentException(
          "repositories out of order: %s after %s".formatted(fqrn, lastRepository.get()));
    }
    lastRepository = Optional.of(fqrn);
    addProvenance(fqrn, provenanceFiles);
    byte[] root = (prefix + "/" + fqrn).getBytes(StandardCharsets.UTF_8);
    while (entries.hasNext()) {
      Entry entry = entries.next();
      byte[] path = entry.path().bytes();
      byte[] name = new byte[root.length + path.length];
      System.arraycopy(root, 0, name, 0, root.length);
      System.arraycopy(path, 0, name, root.length, path.length);
      addEntry(ByteString.of(name), entry);
    }
    repositories++;
  }

  private void addProvenance(String fqrn, Map<String, byte[]> files) {
    // Its folder, and a list of garbage.
    count(fqrn, files.size() + 2);
    if (provenance.isEmpty()) {
      provenance.add(TreeItem.of(TarEntry.directory(names.provenance(), FixedAttributes.PUBLIC)));
    }
    provenance.add(TreeItem.of(TarEntry.directory(names.provenance(fqrn), FixedAttributes.PUBLIC)));
    provenanceBytes += files.values().stream().mapToLong(content -> content.length).sum();
    if (provenanceBytes > LayerLimits.LARGEST_PROVENANCE) {
      throw new SpecFailure(
          "the specification of %s is too long for an image layer, which has room for %d MiB of specifications; let patterns stand for many paths, as in /sw/*"
              .formatted(fqrn, LayerLimits.LARGEST_PROVENANCE >> 20));
    }
    files.forEach(
        (name, content) ->
            provenance.add(
                new TreeItem(
                    TarEntry.file(
                        names.provenance(fqrn + "/" + name),
                        FixedAttributes.PUBLIC_FILE,
                        content.length),
                    ByteString.of(content))));
  }

  private void addEntry(ByteString name, Entry entry) throws IOException {
    requireExpressible(name, entry);
    Attributes attributes = entry.attributes();
    if (entry instanceof Entry.Directory) {
      addVisible(TarEntry.directory(name, attributes));
    } else if (entry instanceof Entry.Symlink symlink) {
      addVisible(TarEntry.symlink(name, attributes, symlink.target()));
    } else if (entry instanceof Entry.RegularFile file) {
      if (file.size() == 0) {
        addVisible(TarEntry.file(name, attributes, 0));
      } else {
        addVisible(TarEntry.hardLink(name, attributes, ByteString.of("")));
        links.add(LinkRecord.of(file, linkCount++, repositories).encode());
      }
    } else if (entry instanceof Entry.Special special) {
      addSpecial(name, special);
    }
  }

  /** What an image layer cannot say must not be said wrongly. */
  private void requireExpressible(ByteString name, Entry entry) {
    if (shape.estargz()) {
      requireText(name, entry.path().name());
      if (entry instanceof Entry.Symlink symlink) {
        requireText(name, symlink.target().bytes());
      }
      entry.attributes().xattrs().forEach((key, value) -> requireText(name, key));
    }
    if (new String(entry.path().name(), StandardCharsets.ISO_8859_1).startsWith(".wh.")) {
      throw inexpressible(name, "names that begin with .wh. mean 'delete'");
    }
    entry
        .attributes()
        .xattrs()
        .forEach(
            (key, value) -> {
              if (new String(key, StandardCharsets.ISO_8859_1).indexOf('=') >= 0) {
                throw inexpressible(name, "names of extended attributes have no '='");
              }
            });
    if (entry instanceof Entry.RegularFile file
        && file.objects().size() > LayerLimits.MOST_CHUNKS) {
      throw inexpressible(name, "files have at most %d chunks".formatted(LayerLimits.MOST_CHUNKS));
    }
    if (entry instanceof Entry.Special special
        && !(TarEntry.isDeviceNumber(special.major())
            && TarEntry.isDeviceNumber(special.minor()))) {
      throw inexpressible(
          name, "there is no device %d:%d".formatted(special.major(), special.minor()));
    }
  }

  private static void requireText(ByteString name, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw new CvmfsFailure.Data(
          "/%s cannot be in an eStargz layer, whose table of contents is UTF-8; exclude it in the specification, or do without OCI_ESTARGZ"
              .formatted(name));
    }
  }

  private static CvmfsFailure inexpressible(ByteString name, String why) {
    return new CvmfsFailure.Data(
        "/%s cannot be in an image layer, where %s; exclude it in the specification"
            .formatted(name, why));
  }

  private void addSpecial(ByteString name, Entry.Special special) throws IOException {
    Attributes attributes = special.attributes();
    switch (special.kind()) {
      case FIFO -> addVisible(TarEntry.fifo(name, attributes));
      case CHARACTER_DEVICE ->
          addVisible(
              TarEntry.device(
                  name,
                  TarEntry.Type.CHARACTER_DEVICE,
                  attributes,
                  special.major(),
                  special.minor()));
      case BLOCK_DEVICE ->
          addVisible(
              TarEntry.device(
                  name, TarEntry.Type.BLOCK_DEVICE, attributes, special.major(), special.minor()));
      case SOCKET -> {
        if (++socketCount <= SOCKETS_NAMED) {
          skippedSockets.add("/" + name);
        }
      }
    }
  }

  private void count(String fqrn, int more) {
    entryCount += more;
    if (entryCount > mostEntries) {
      throw new SpecFailure(
          "the specification of %s selects too much for an image layer, which has room for %d entries; let it select less"
              .formatted(fqrn, mostEntries));
    }
  }

  private void addVisible(TarEntry entry) throws IOException {
    count(lastRepository.orElseThrow(), 1);
    visible.add(SliceCodec.record(out -> SliceCodec.writeEntry(out, entry)));
  }

  private LinkGroup newGroup() {
    return new LinkGroup(work, linkLimit, variantsInMemory);
  }

  /** Gives the names; nothing may be added any more. */
  public Slice finish() throws IOException {
    if (socketCount > SOCKETS_NAMED) {
      skippedSockets.add("and %d more".formatted(socketCount - SOCKETS_NAMED));
    }
    RecordFile tree = visible.finish();
    RecordSorter targets = new RecordSorter(work, SORT_MEMORY);
    long contentBytes = 0;
    try (RecordFile.Writer objects = RecordFile.create(work.newFile("objects"));
        RecordSorter.Sorted sorted = links.sorted()) {
      LinkGroup group = newGroup();
      while (sorted.hasNext()) {
        LinkRecord link = LinkRecord.decode(sorted.next());
        if (!group.accepts(link)) {
          contentBytes += group.flush(objects);
          group = newGroup();
        }
        DataName name = group.add(link);
        byte[] target = names.object(name).bytes();
        targets.add(
            SliceCodec.record(
                out -> {
                  out.writeLong(link.position());
                  out.write(target);
                }));
      }
      contentBytes += group.flush(objects);
      return new Slice(
          names.prefix(),
          provenance,
          tree,
          targets.toFile(),
          objects.finish(),
          contentBytes,
          skippedSockets,
          Garbage.NONE,
          shape);
    }
  }
}
