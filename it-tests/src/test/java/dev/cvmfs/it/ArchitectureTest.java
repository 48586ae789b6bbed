package dev.cvmfs.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/** The arrows of the architecture: who may know whom, and where other people's types may show. */
@AnalyzeClasses(packages = "dev.cvmfs", importOptions = ArchitectureTest.OurShippedCode.class)
class ArchitectureTest {
  private static final String CONF = "dev.cvmfs.conf..";
  private static final String REGISTRY = "dev.cvmfs.registry..";
  private static final String SHRINKWRAP = "dev.cvmfs.shrinkwrap..";
  private static final String CVMFS = "dev.cvmfs.shrinkwrap.cvmfs..";
  private static final String INJECTOR = "dev.cvmfs.injector..";
  private static final String IT = "dev.cvmfs.it..";

  private static final String[] HTTP_LIBRARIES = {
    "com.google.api.client..", "org.apache.http..", "org.apache.hc.."
  };
  private static final String JIB = "com.google.cloud.tools..";
  private static final String[] ADAPTED =
      Stream.concat(Stream.of(HTTP_LIBRARIES), Stream.of(JIB)).toArray(String[]::new);

  /** Everything but tests and the publisher, which is test code in a jar of its own. */
  static final class OurShippedCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/")
          && !location.contains("-tests.jar")
          && !location.contains("/it-tests/");
    }
  }

  @ArchTest
  static final ArchRule configurationKnowsNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(CONF)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(REGISTRY, SHRINKWRAP, INJECTOR, IT);

  @ArchTest
  static final ArchRule configurationKnowsOnlyTheJdk =
      classes()
          .that()
          .resideInAPackage(CONF)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CONF, "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule registryClientKnowsNothingOfCvmfs =
      noClasses()
          .that()
          .resideInAPackage(REGISTRY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SHRINKWRAP, INJECTOR, IT);

  /** Java has no other way to keep a module's inner packages to itself without a module path. */
  @ArchTest
  static final ArchRule registryClientIsUsedThroughItsFront =
      noClasses()
          .that()
          .resideInAPackage(INJECTOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.cvmfs.registry.auth..",
              "dev.cvmfs.registry.blob..",
              "dev.cvmfs.registry.http..",
              "dev.cvmfs.registry.jib..",
              "dev.cvmfs.registry.layout..",
              "dev.cvmfs.registry.manifest..",
              "dev.cvmfs.registry.transport..");

  @ArchTest
  static final ArchRule engineKnowsNothingOfImages =
      noClasses()
          .that()
          .resideInAPackage(SHRINKWRAP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(REGISTRY, INJECTOR, IT);

  @ArchTest
  static final ArchRule injectorKnowsNothingOfIntegrationTests =
      noClasses()
          .that()
          .resideInAPackage(INJECTOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(IT)
          .allowEmptyShould(true);

  /** The picture in the engine's README. */
  @ArchTest
  static final ArchRule cvmfsClientIsLayered =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage(CVMFS)
          .layer("client")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.client")
          .layer("trust")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.trust")
          .layer("catalog")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.catalog")
          .layer("content")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.content")
          .layer("cache")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.cache")
          .layer("network")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.network")
          .layer("http")
          .definedBy("dev.cvmfs.shrinkwrap.cvmfs.http")
          .whereLayer("client")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("trust")
          .mayOnlyBeAccessedByLayers("client")
          .whereLayer("catalog")
          .mayOnlyBeAccessedByLayers("client")
          .whereLayer("content")
          .mayOnlyBeAccessedByLayers("client")
          .whereLayer("cache")
          .mayOnlyBeAccessedByLayers("client", "trust")
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers("client", "trust")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("client", "network");

  @ArchTest
  static final ArchRule cvmfsContractsKnowNoneOfTheClientsParts =
      noClasses()
          .that()
          .resideInAPackage("dev.cvmfs.shrinkwrap.cvmfs")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.cvmfs.shrinkwrap.cvmfs.*..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.cvmfs.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule httpLibrariesStayInTheirAdapters =
      noClasses()
          .that()
          .resideOutsideOfPackages("..http..", "..transport..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HTTP_LIBRARIES);

  @ArchTest
  static final ArchRule jibStaysInItsAdapter =
      noClasses()
          .that()
          .resideOutsideOfPackage("..jib..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JIB);

  @ArchTest
  static final ArchRule onlyTheEngineKnowsSql =
      noClasses()
          .that()
          .resideOutsideOfPackage(SHRINKWRAP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.sqlite..");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsJna =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.cvmfs.shrinkwrap.os")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule picocliStaysInTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.cvmfs.injector.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule publicSignaturesShowNoAdaptedLibrary =
      members()
          .that()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .areNotPrivate()
          .and()
          .areNotPackagePrivate()
          .should(new ShowNoTypesOf(resideInAnyPackage(ADAPTED)));

  /** Looks at a member's type, parameters and exceptions, and into their type arguments. */
  private static final class ShowNoTypesOf extends ArchCondition<JavaMember> {
    private final DescribedPredicate<JavaClass> hidden;

    ShowNoTypesOf(DescribedPredicate<JavaClass> hidden) {
      super("show no types that " + hidden.getDescription());
      this.hidden = hidden;
    }

    @Override
    public void check(JavaMember member, ConditionEvents events) {
      shown(member)
          .filter(hidden)
          .forEach(
              type ->
                  events.add(
                      SimpleConditionEvent.violated(
                          member, member.getDescription() + " shows " + type.getName())));
    }

    private static Stream<JavaClass> shown(JavaMember member) {
      if (member instanceof JavaCodeUnit unit) {
        return Stream.concat(
            Stream.concat(
                involved(unit.getReturnType()),
                unit.getParameterTypes().stream().flatMap(ShowNoTypesOf::involved)),
            unit.getExceptionTypes().stream());
      }
      return member instanceof JavaField field ? involved(field.getType()) : Stream.empty();
    }

    private static Stream<JavaClass> involved(JavaType type) {
      return type.getAllInvolvedRawTypes().stream();
    }
  }
}
