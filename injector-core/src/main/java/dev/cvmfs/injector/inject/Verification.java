package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.LayerFinding;
import dev.cvmfs.registry.Digest;
import java.util.List;

/**
 * What was found out about the CVMFS layer of one image.
 *
 * @param image its full name
 * @param manifest digest of the manifest
 * @param layer the CVMFS layer as it is now
 * @param repositories the states that it was compared with
 * @param amounts how much was proven: entries, objects and bytes of their content
 * @param garbage what else the layer holds, which no catalog names: only its own word, and that of
 *     the hashes that it lists, is known of it
 * @param notes what the user may want to know besides
 * @param findings what is wrong; none if the layer is proven
 */
public record Verification(
    String image,
    String manifest,
    Report.Layer layer,
    List<Report.Repository> repositories,
    Amounts amounts,
    Report.Garbage garbage,
    List<String> notes,
    List<LayerFinding> findings) {

  public Verification {
    repositories = List.copyOf(repositories);
    notes = List.copyOf(notes);
    findings = List.copyOf(findings);
  }

  /** The same for another image with the same layer, of which the same is said. */
  Verification of(String otherImage, Digest otherManifest) {
    return new Verification(
        otherImage,
        otherManifest.toString(),
        layer,
        repositories,
        amounts,
        garbage,
        notes,
        findings);
  }

  /** Whether every byte of the layer but garbage hangs from the repositories' signatures. */
  public boolean isProven() {
    return findings.isEmpty();
  }

  /** How much is in a layer. */
  public record Amounts(long entries, long objects, long contentBytes) {
    static final Amounts NONE = new Amounts(0, 0, 0);
  }
}
