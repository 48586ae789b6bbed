package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.ForeignLayer;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LedgerEntry;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a layer was made with and a refresh goes by, where the configuration says nothing else.
 *
 * @param specifications by repository
 * @param prefix the directory in the image in which repositories appear, if it is told
 */
record LayerRecipe(SortedMap<String, byte[]> specifications, Optional<String> prefix) {
  /** There is no layer, or it tells nothing. */
  static final LayerRecipe NONE = new LayerRecipe(Collections.emptySortedMap(), Optional.empty());

  /**
   * Checks what the layer says.
   *
   * @throws LayerFormatException if what it names can be no repository
   */
  LayerRecipe {
    for (String fqrn : specifications.keySet()) {
      if (!CvmfsConf.isName(fqrn)) {
        throw new LayerFormatException("the layer names a repository '%s'".formatted(fqrn));
      }
    }
    specifications = Collections.unmodifiableSortedMap(new TreeMap<>(specifications));
  }

  /** As the layer itself tells. */
  static LayerRecipe of(PresentLayer layer) throws IOException {
    return of(LayerProvenance.files(layer));
  }

  /** As the ledger remembers. */
  static LayerRecipe of(LedgerEntry layer) {
    SortedMap<String, SortedMap<String, byte[]>> files = new TreeMap<>();
    layer
        .repositories()
        .forEach(
            (fqrn, repository) -> {
              SortedMap<String, byte[]> contents = new TreeMap<>();
              repository.provenance().forEach((name, text) -> contents.put(name, text.bytes()));
              files.put(fqrn, contents);
            });
    return of(files);
  }

  /** As a layer tells that another tool has compressed again. */
  static LayerRecipe of(ForeignLayer layer) {
    return new LayerRecipe(layer.provenance(LayerProvenance.SPECIFICATION), Optional.empty());
  }

  /** As {@link LayerProvenance} is in it. */
  static LayerRecipe of(SortedMap<String, SortedMap<String, byte[]>> files) {
    SortedMap<String, byte[]> specifications = new TreeMap<>();
    Optional<String> prefix = Optional.empty();
    for (Map.Entry<String, SortedMap<String, byte[]>> repository : files.entrySet()) {
      Optional.ofNullable(repository.getValue().get(LayerProvenance.SPECIFICATION))
          .ifPresent(source -> specifications.put(repository.getKey(), source));
      prefix =
          prefix.or(
              () ->
                  Optional.ofNullable(repository.getValue().get(LayerProvenance.INFO))
                      .flatMap(info -> LayerInfo.parse(info).prefix()));
    }
    return new LayerRecipe(specifications, prefix);
  }
}
