package dev.cvmfs.registry;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** Which package may know which. */
@AnalyzeClasses(
    packages = "dev.cvmfs.registry",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Each package is a slice, the root package too, which the usual pattern leaves out. */
  private static final SliceAssignment PACKAGES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
          return SliceIdentifier.of(javaClass.getPackageName());
        }

        @Override
        public String getDescription() {
          return "each package";
        }
      };

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(PACKAGES).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule arrows =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.cvmfs.registry..")
          .layer("values")
          .definedBy("dev.cvmfs.registry")
          .layer("jib")
          .definedBy("dev.cvmfs.registry.jib")
          .layer("name")
          .definedBy("dev.cvmfs.registry.name")
          .layer("http")
          .definedBy("dev.cvmfs.registry.http")
          .layer("transport")
          .definedBy("dev.cvmfs.registry.transport")
          .layer("auth")
          .definedBy("dev.cvmfs.registry.auth")
          .layer("blob")
          .definedBy("dev.cvmfs.registry.blob")
          .layer("manifest")
          .definedBy("dev.cvmfs.registry.manifest")
          .layer("layout")
          .definedBy("dev.cvmfs.registry.layout")
          .layer("remote")
          .definedBy("dev.cvmfs.registry.remote")
          .whereLayer("values")
          .mayNotAccessAnyLayer()
          .whereLayer("jib")
          .mayNotAccessAnyLayer()
          .whereLayer("name")
          .mayOnlyAccessLayers("values", "jib")
          .whereLayer("http")
          .mayOnlyAccessLayers("values")
          .whereLayer("transport")
          .mayOnlyAccessLayers("values", "http")
          .whereLayer("auth")
          .mayOnlyAccessLayers("values", "http")
          .whereLayer("blob")
          .mayOnlyAccessLayers("values", "http")
          .whereLayer("manifest")
          .mayOnlyAccessLayers("values", "http")
          .whereLayer("layout")
          .mayOnlyAccessLayers("values", "blob", "manifest")
          .whereLayer("remote")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule httpLibrariesStayInTransport =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.cvmfs.registry.transport")
          .should()
          .dependOnClassesThat(resideInAnyPackage("com.google.api.client..", "org.apache.http.."));

  @ArchTest
  static final ArchRule jibStaysInItsAdapter =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.cvmfs.registry.jib")
          .should()
          .dependOnClassesThat(resideInAnyPackage("com.google.cloud.tools.jib.."));

  @ArchTest
  static final ArchRule theClientKnowsNothingOfItsUsers =
      noClasses()
          .that(alwaysTrue())
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.cvmfs.shrinkwrap..", "dev.cvmfs.injector.."));
}
