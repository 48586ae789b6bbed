package dev.cvmfs.injector.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads members of the layer to be replaced in the order of their offsets, neighbours in one range.
 * One that is wanted several times in a row, by files that differ in more than their content, is
 * read once.
 */
final class RangeReader implements AutoCloseable {
  /** Reading over a gap this wide is cheaper than another request. */
  private static final long GAP = 1 << 17;

  private static final Logger log = LoggerFactory.getLogger(RangeReader.class);

  private final Optional<PresentLayer> layer;
  private final Queue<Range> ranges;
  private Optional<InputStream> open = Optional.empty();
  private Optional<PresentMember> lastMember = Optional.empty();
  private byte[] lastBytes = new byte[0];
  private long position;
  private long end;

  private RangeReader(Optional<PresentLayer> layer, Queue<Range> ranges) {
    this.layer = layer;
    this.ranges = ranges;
  }

  /** A reader for exactly the members of this window. */
  static RangeReader over(Optional<PresentLayer> layer, List<PlannedPart> window) {
    return over(layer, window.stream().flatMap(part -> part.present().stream()).iterator());
  }

  /** A reader for exactly these members. */
  static RangeReader overMembers(PresentLayer layer, List<PresentMember> members) {
    return over(Optional.of(layer), members.iterator());
  }

  private static RangeReader over(Optional<PresentLayer> layer, Iterator<PresentMember> members) {
    Queue<Range> ranges = new ArrayDeque<>();
    Optional<Range> last = Optional.empty();
    Optional<PresentMember> before = Optional.empty();
    while (members.hasNext()) {
      PresentMember member = members.next();
      if (before.equals(Optional.of(member))) {
        continue;
      }
      before = Optional.of(member);
      if (last.isPresent() && last.get().leadsTo(member)) {
        last = Optional.of(new Range(last.get().from(), member.end()));
      } else {
        // Too far ahead; or back, where two planned objects have the same chunks.
        last.ifPresent(ranges::add);
        last = Optional.of(new Range(member.offset(), member.end()));
      }
    }
    last.ifPresent(ranges::add);
    return new RangeReader(layer, ranges);
  }

  /** The bytes of a member; members must be asked for in the order of the window. */
  ByteArrayInputStream read(PresentMember member) throws IOException {
    if (!lastMember.equals(Optional.of(member))) {
      lastBytes = readNew(member);
      lastMember = Optional.of(member);
    }
    return new ByteArrayInputStream(lastBytes);
  }

  private byte[] readNew(PresentMember member) throws IOException {
    if (open.isEmpty() || member.offset() < position || member.end() > end) {
      openNext();
    }
    InputStream in = open.orElseThrow();
    in.skipNBytes(member.offset() - position);
    byte[] bytes = in.readNBytes((int) member.member().length());
    position = member.offset() + bytes.length;
    return member.member().splice().isEmpty()
        ? bytes
        : member.member().open(new ByteArrayInputStream(bytes)).readAllBytes();
  }

  private void openNext() throws IOException {
    finish();
    Range range = ranges.remove();
    open = Optional.of(layer.orElseThrow().open(range.from(), range.to() - range.from()));
    position = range.from();
    end = range.to();
  }

  /** A range that is read beyond its last byte gives its connection back to be used again. */
  private void finish() throws IOException {
    if (open.isPresent() && position == end && open.get().read() >= 0) {
      log.debug("there is more of the old layer than was asked for");
    }
    close();
  }

  /** Gives up what is still open; most often there is nothing to read in it any more. */
  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().close();
      open = Optional.empty();
    }
  }

  private record Range(long from, long to) {
    boolean leadsTo(PresentMember member) {
      return member.offset() >= to && member.offset() <= to + GAP;
    }
  }
}
