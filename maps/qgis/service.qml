<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling|Fields|Forms" labelsEnabled="0">
@fields@
  <renderer-v2 type="RuleRenderer" symbollevels="0">
    <rules key="{service}">
      <rule key="{last}" symbol="0" filter="&quot;year&quot; = maximum(&quot;year&quot;)" label="@zh:期末年份|en:last year@"/>
      <rule key="{earlier}" symbol="0" filter="&quot;year&quot; &lt; maximum(&quot;year&quot;)" label="@zh:此前各年|en:years before@" checkstate="0"/>
    </rules>
    <symbols>
      <symbol type="line" name="0" alpha="0.35" clip_to_extent="1">
        <layer class="SimpleLine" enabled="1" pass="0" locked="0">
          <Option type="Map">
            <Option type="QString" name="line_color" value="204,121,167,255"/>
            <Option type="QString" name="line_style" value="solid"/>
            <Option type="QString" name="line_width" value="0.2"/>
            <Option type="QString" name="line_width_unit" value="MM"/>
            <Option type="QString" name="capstyle" value="round"/>
            <Option type="QString" name="joinstyle" value="round"/>
          </Option>
          <data_defined_properties>
            <Option type="Map">
              <Option type="QString" name="name" value=""/>
              <Option type="Map" name="properties">
                <Option type="Map" name="outlineWidth">
                  <Option type="bool" name="active" value="true"/>
                  <Option type="QString" name="expression" value="0.1 + 1.6 * sqrt(&quot;standard_racks&quot; / max(maximum(&quot;standard_racks&quot;), 1))"/>
                  <Option type="int" name="type" value="3"/>
                </Option>
              </Option>
              <Option type="QString" name="type" value="collection"/>
            </Option>
          </data_defined_properties>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
  <layerGeometryType>1</layerGeometryType>
</qgis>
