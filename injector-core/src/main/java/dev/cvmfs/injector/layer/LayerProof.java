package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The proof that a layer is what the signed catalogs, a specification and the format make it.
 *
 * <p>A layer's bytes are a function of its slice. So it is written again, with the content taken
 * from the layer itself, every object of it proven by the hash that the catalog names; and what
 * comes out is compared with what is there, byte by byte. If nothing differs, there is nothing in
 * the layer that does not hang from the signature. If something does, the layer is examined part by
 * part to say what.
 *
 * @param written what the layer is, if it is proven
 * @param findings what is wrong with it, if it is not
 */
public record LayerProof(Optional<WrittenLayer> written, List<LayerFinding> findings) {
  private static final int BUFFER = 1 << 16;

  public LayerProof {
    findings = List.copyOf(findings);
    if (written.isPresent() != findings.isEmpty()) {
      throw new IllegalArgumentException("a layer is either proven or there is a reason");
    }
  }

  /**
   * Tries to prove a layer.
   *
   * @param slice what it should hold
   * @param blob its bytes
   * @param progress is told how many bytes of content have been proven since it was told last
   * @throws IOException if the local disk fails
   */
  public static LayerProof of(
      Slice slice, BlobRanges blob, WorkDirectory work, LongConsumer progress) throws IOException {
    Optional<PresentLayer> layer = PresentLayer.open(blob);
    if (layer.isEmpty()) {
      return failed(
          new LayerFinding(
              "footer",
              "is missing or damaged, so this is no layer of this program, or one that was compressed again"));
    }
    String difference;
    try {
      return new LayerProof(
          Optional.of(rewrite(slice, layer.get(), blob, work, progress)), List.of());
    } catch (UnprovenLayerException e) {
      difference = String.valueOf(e.getMessage());
    }
    List<LayerFinding> findings = new LayerExamination(slice, layer.get(), blob, work).findings();
    return findings.isEmpty()
        ? failed(
            new LayerFinding(
                "blob",
                difference
                    + ", though every header, and every object that the index leads to, is as it should be"))
        : new LayerProof(Optional.empty(), findings);
  }

  private static LayerProof failed(LayerFinding finding) {
    return new LayerProof(Optional.empty(), List.of(finding));
  }

  private static WrittenLayer rewrite(
      Slice slice, PresentLayer layer, BlobRanges blob, WorkDirectory work, LongConsumer progress)
      throws IOException {
    try (InputStream actual = blob.open(0, blob.size());
        LayerContent content = new LayerContent(layer);
        ComparingOutput comparing = new ComparingOutput(actual);
        BufferedOutputStream out = new BufferedOutputStream(comparing, BUFFER)) {
      WrittenLayer written = new LayerWriter(work).write(slice, content, out, progress);
      comparing.requireEnd();
      return written;
    } catch (LayerFormatException | CvmfsFailure.Data e) {
      // All content is the layer's own, so what cannot be written is a claim of the layer.
      throw new UnprovenLayerException(String.valueOf(e.getMessage()), e);
    }
  }
}
