package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.FixedAttributes;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;

/** What an eStargz has around the entries of other layers. */
final class Stargz {
  /** Says that nothing is worth being fetched in advance. */
  static final ByteString LANDMARK = ByteString.of(".no.prefetch.landmark");

  /** How long that file is. */
  static final int LANDMARK_SIZE = 1;

  static final ByteString TOC_NAME = ByteString.of("stargz.index.json");

  private static final byte LANDMARK_CONTENT = 0xf;

  private Stargz() {}

  /** Its first entry. */
  static void writeLandmark(MemberWriter members) throws IOException {
    members.header(TarEntry.file(LANDMARK, FixedAttributes.PUBLIC_FILE, LANDMARK_SIZE));
    members.content(new byte[] {LANDMARK_CONTENT});
    members.glue(new byte[TarEncoder.padding(LANDMARK_SIZE)]);
  }

  /**
   * Its end: our footer, the table of contents in a member of its own, and the footer that others
   * look for.
   */
  static WrittenLayer finish(LayerFooter footer, TocBuilder entries, MemberWriter members)
      throws IOException {
    members.footer(footer.encode());
    TocBuilder.Toc toc = entries.finish();
    long start = members.startLong();
    members.glue(
        TarEncoder.encode(TarEntry.file(TOC_NAME, FixedAttributes.PUBLIC_FILE, toc.bytes())));
    try (RecordFile.Reader json = toc.json().read()) {
      while (json.hasNext()) {
        members.glue(json.next());
      }
    }
    members.glue(new byte[TarEncoder.padding(toc.bytes()) + TarEncoder.TRAILER]);
    return members.finish(StargzFooter.encode(start)).withToc(toc.digest());
  }
}
